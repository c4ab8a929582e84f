//! promtool: configuration, rules, and the rules' own unit tests.

use std::path::PathBuf;

use anyhow::Result;

use super::call::{Call, Told, together_then_alone};
use super::rendered::{Rendered, all};
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const CONFIGS: [&str; 1] = ["deploy/monitoring/**/prometheus/prometheus.yaml"];
const RULES: [&str; 1] = ["deploy/monitoring/**/prometheus/rules/*.yaml"];
const TESTS: [&str; 1] = ["deploy/monitoring/**/prometheus/tests/*.yaml"];

/// `--syntax-only`: certificates and passwords lie where Prometheus runs, not here.
const CHECK_CONFIG: &[&str] = &["check", "config", "--syntax-only", "--lint=all", "--lint-fatal"];
pub(super) const CHECK_RULES: &[&str] = &["check", "rules", "--lint=all", "--lint-fatal"];
const TEST_RULES: &[&str] = &["test", "rules"];

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let configs = promtool(toolbox, "promtool check config", CHECK_CONFIG, &all(rendered, &CONFIGS))?;
    let rules = promtool(toolbox, "promtool check rules", CHECK_RULES, &all(rendered, &RULES))?;
    let tests = promtool(toolbox, "promtool test rules", TEST_RULES, &all(rendered, &TESTS))?;
    Ok(vec![configs, rules, tests])
}

fn promtool(toolbox: &Toolbox, tool: &'static str, arguments: &[&str], files: &[PathBuf]) -> Result<Report> {
    let call = toolbox.call("promtool")?.args(arguments);
    Report::of(tool, files.len(), || {
        let found = together_then_alone(files, |batch| Call::args(call.clone(), batch), complaint)?;
        Ok(found.into_iter().map(|(file, what)| Verdict::new(tool, file, "", what)).collect())
    })
}

pub(super) fn complaint(told: &Told) -> Option<String> {
    (!told.succeeded).then(|| told.all())
}
