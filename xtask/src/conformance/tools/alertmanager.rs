//! amtool: configuration, and where alerts are routed to.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::call::{Call, together_then_alone};
use super::prometheus::complaint;
use super::rendered::{Rendered, all};
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};
use crate::conformance::schema::value;

const CHECK: &str = "amtool check-config";
const ROUTES: &str = "amtool config routes test";
const CONFIGS: [&str; 1] = ["deploy/monitoring/**/alertmanager/alertmanager.yaml"];

/// Labels that an alert carries, and the receivers that must hear of it, in the order of the routes.
#[derive(Debug, PartialEq, Eq)]
struct Case {
    labels: Vec<String>,
    receivers: String,
}

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let configs = all(rendered, &CONFIGS);
    let call = toolbox.call("amtool")?.arg("check-config");
    let checked = Report::of(CHECK, configs.len(), || {
        let found = together_then_alone(&configs, |batch| Call::args(call.clone(), batch), complaint)?;
        Ok(found.into_iter().map(|(file, what)| Verdict::new(CHECK, file, "", what)).collect())
    })?;
    let mut tried = 0;
    let mut routed = Report::of(ROUTES, configs.len(), || {
        let mut verdicts = Vec::new();
        for config in &configs {
            tried += route(toolbox, config, &config.with_file_name("routes.test.yaml"), &mut verdicts)?;
        }
        Ok(verdicts)
    })?;
    routed.files = tried;
    Ok(vec![checked, routed])
}

/// Tries all cases of one configuration and says how many there were.
fn route(toolbox: &Toolbox, config: &PathBuf, file: &Path, verdicts: &mut Vec<Verdict>) -> Result<usize> {
    let Ok(text) = std::fs::read_to_string(file) else {
        verdicts.push(Verdict::new(ROUTES, config, "", "there is no `routes.test.yaml` beside it"));
        return Ok(0);
    };
    let cases = match value(&text).and_then(|cases| read(&cases)) {
        Ok(cases) => cases,
        Err(error) => {
            verdicts.push(Verdict::new(ROUTES, file, "", format!("{error:#}")));
            return Ok(0);
        }
    };
    for case in &cases {
        let call = toolbox.call("amtool")?.args(["config", "routes", "test", "--config.file"]).arg(config);
        let told = call.arg(format!("--verify.receivers={}", case.receivers)).args(&case.labels).run()?;
        if !told.succeeded {
            let labels = case.labels.join(" ");
            let what = format!("`{labels}` must reach {}: {}", case.receivers, told.all());
            verdicts.push(Verdict::new(ROUTES, file, "", what));
        }
    }
    Ok(cases.len())
}

fn read(cases: &Value) -> Result<Vec<Case>> {
    let cases = cases.as_array().filter(|cases| !cases.is_empty()).context("it must be a list of cases")?;
    cases.iter().map(read_case).collect()
}

fn read_case(case: &Value) -> Result<Case> {
    let labels = case["labels"].as_object().context("a case needs `labels`")?;
    let labels = labels.iter().map(|(name, value)| format!("{name}={}", plain(value))).collect();
    let receivers = case["receivers"].as_array().filter(|list| !list.is_empty()).context("a case needs `receivers`")?;
    Ok(Case { labels, receivers: receivers.iter().map(plain).collect::<Vec<_>>().join(",") })
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<Case>> {
        read(&value(text)?)
    }

    #[test]
    fn a_case_is_labels_and_receivers() {
        let cases = read_text("- labels: { severity: critical, shard: 3 }\n  receivers: [slack, mail]\n").unwrap();
        let labels = vec!["severity=critical".to_owned(), "shard=3".to_owned()];
        assert_eq!(cases, [Case { labels, receivers: "slack,mail".to_owned() }]);
    }

    #[test]
    fn a_list_without_cases_proves_nothing() {
        assert!(read_text("[]\n").is_err());
        assert!(read_text("- labels: { a: b }\n").is_err());
        assert!(read_text("- receivers: [a]\n").is_err());
    }
}
