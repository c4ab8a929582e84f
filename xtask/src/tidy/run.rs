//! Runs all checks over this repository and says what they found.

use std::process::ExitCode;

use anyhow::{Result, bail};

use super::findings::{Finding, Weight};
use super::{dependencies, directions, documents, functions, heads, marks, names, purity, sizes, words};
use crate::repository::{Text, metadata, texts};

/// `cargo xtask tidy [--quiet]`: fails when something is not tidy; warnings do not fail it.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let quiet = match arguments {
        [] => false,
        [quiet] if quiet == "--quiet" => true,
        other => bail!("tidy takes `--quiet` only, not `{}`", other.join(" ")),
    };
    let texts = texts()?;
    let mut findings = all(&texts)?;
    findings.sort();
    for finding in findings.iter().filter(|finding| !quiet || finding.weight == Weight::Error) {
        println!("{finding}");
    }
    let errors = findings.iter().filter(|finding| finding.weight == Weight::Error).count();
    println!("{}", functions::figures(&texts));
    println!("tidy: {} files, {errors} errors, {} warnings", texts.len(), findings.len() - errors);
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn all(texts: &[Text]) -> Result<Vec<Finding>> {
    let metadata = metadata()?;
    let paths: Vec<String> = texts.iter().map(|text| text.path.clone()).collect();
    Ok([
        directions::check(&directions::packages(&metadata)),
        purity::check(texts),
        sizes::check(texts),
        heads::check(texts),
        names::check(texts),
        marks::check(texts),
        functions::check(texts),
        documents::check(texts, &paths),
        dependencies::check(&dependencies::outside(&metadata, texts), texts),
        words::check(texts),
    ]
    .concat())
}
