//! What a tool has against a file.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;

/// One complaint, whatever its severity: warnings count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) tool: &'static str,
    pub(crate) file: PathBuf,
    /// The tool's own name for the rule, empty where it has none.
    pub(crate) rule: String,
    pub(crate) what: String,
}

impl Verdict {
    pub(super) fn new(tool: &'static str, file: impl AsRef<Path>, rule: &str, what: impl Into<String>) -> Self {
        Self { tool, file: file.as_ref().to_owned(), rule: rule.to_owned(), what: what.into() }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = if self.rule.is_empty() { String::new() } else { format!("[{}]", self.rule) };
        write!(out, "{}: {}{rule}: {}", self.file.display(), self.tool, self.what.trim())
    }
}

/// What one tool did.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) tool: &'static str,
    pub(crate) files: usize,
    pub(crate) took: Duration,
    pub(crate) verdicts: Vec<Verdict>,
    /// Complaints that are not heeded, by the reason for it, and how many there were.
    pub(crate) allowed: BTreeMap<String, usize>,
}

impl Report {
    /// Runs one tool's judgement and measures it.
    pub(super) fn of(tool: &'static str, files: usize, judge: impl FnOnce() -> Result<Vec<Verdict>>) -> Result<Self> {
        let started = Instant::now();
        let verdicts = if files == 0 { Vec::new() } else { judge()? };
        Ok(Self { tool, files, took: started.elapsed(), verdicts, allowed: BTreeMap::new() })
    }
}
