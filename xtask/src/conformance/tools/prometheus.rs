//! promtool: configuration, rules, and the rules' own unit tests.

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::{Context, Result};

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
    let tests = promtool(toolbox, "promtool test rules", TEST_RULES, &different_tests(rendered)?)?;
    Ok(vec![configs, rules, tests])
}

/// Each test once with the rules that it tests: a test takes a tenth of a second, and environments have most of them in common.
fn different_tests(rendered: &[Rendered]) -> Result<Vec<PathBuf>> {
    let mut seen = HashSet::new();
    let mut tests = Vec::new();
    for test in all(rendered, &TESTS) {
        let text = std::fs::read_to_string(&test).with_context(|| format!("cannot read `{}`", test.display()))?;
        let folder = test.parent().context("a test lies in a folder")?;
        let named = text.lines().filter_map(|line| line.trim_start().strip_prefix("- ")).map(|name| folder.join(name));
        // A name that is none leads to no file, and changes nothing.
        let rules: Vec<_> = named.filter_map(|file| std::fs::read(file).ok()).collect();
        if seen.insert((text, rules)) {
            tests.push(test);
        }
    }
    Ok(tests)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_run_again_where_its_rules_differ() {
        let folder = tempfile::tempdir().unwrap();
        for (environment, rule) in [("dev", "a"), ("staging", "a"), ("production", "b")] {
            let own = folder.path().join("deploy/monitoring").join(environment).join("prometheus");
            std::fs::create_dir_all(own.join("rules")).unwrap();
            std::fs::create_dir_all(own.join("tests")).unwrap();
            std::fs::write(own.join("rules/x.yaml"), rule).unwrap();
            std::fs::write(own.join("tests/x.yaml"), "rule_files:\n  - ../rules/x.yaml\n").unwrap();
        }
        let tests = different_tests(&[Rendered::read(folder.path()).unwrap()]).unwrap();
        assert_eq!(tests.len(), 2, "{tests:?}");
    }
}
