//! Rendered folders before the judges, and what they said.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;

use super::tools::{Rendered, Report, judge};

/// What all judges together made of the folders.
pub(super) struct Judgement {
    /// Complaints that are not allowed.
    pub(super) refused: usize,
    /// Tools that found nothing to judge.
    pub(super) idle: Vec<&'static str>,
}

/// Judges folders and prints every complaint, and a line for each tool.
pub(super) fn judge_folders(folders: &[PathBuf]) -> Result<Judgement> {
    let started = Instant::now();
    let rendered = folders.iter().map(|folder| Rendered::read(folder)).collect::<Result<Vec<_>>>()?;
    let reports = judge(&rendered)?;
    for verdict in reports.iter().flat_map(|report| &report.verdicts) {
        println!("{verdict}");
    }
    print!("{}", table(&reports));
    for (reason, times) in reports.iter().flat_map(|report| &report.allowed) {
        println!("not heeded, {times} times: {reason}");
    }
    let refused: usize = reports.iter().map(|report| report.verdicts.len()).sum();
    println!(
        "conformance: {} rendered folders before {} tools, {refused} complaints, {:.1} s",
        rendered.len(),
        reports.len(),
        started.elapsed().as_secs_f64(),
    );
    let idle = reports.iter().filter(|report| report.files == 0).map(|report| report.tool).collect();
    Ok(Judgement { refused, idle })
}

fn table(reports: &[Report]) -> String {
    let mut table = format!("{:26} {:>6} {:>8} {:>10} {:>8}\n", "tool", "files", "seconds", "complaints", "allowed");
    for report in reports {
        let (took, complaints) = (report.took.as_secs_f64(), report.verdicts.len());
        let line = format!(
            "{:26} {:>6} {took:>8.1} {complaints:>10} {:>8}\n",
            report.tool,
            report.files,
            report.allowed.values().sum::<usize>()
        );
        table.push_str(&line);
    }
    table
}
