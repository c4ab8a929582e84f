//! check-jsonschema: files whose published schema comes with it, and schemas that are rendered.

use anyhow::{Context, Result};
use serde_json::Value;

use super::call::{Call, answers};
use super::rendered::{Rendered, all};
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const TOOL: &str = "check-jsonschema";
pub(super) const DEPENDABOT: [&str; 2] = [".github/dependabot.yaml", ".github/dependabot.yml"];
const VALUES: [&str; 1] = ["deploy/helm/*/values.schema.json"];

/// Which files are held against which schema.
const SCHEMAS: [(&[&str], &[&str]); 2] =
    [(&DEPENDABOT, &["--builtin-schema", "vendor.dependabot"]), (&VALUES, &["--check-metaschema"])];

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let count = SCHEMAS.iter().map(|(files, _)| all(rendered, files).len()).sum();
    let report = Report::of(TOOL, count, || {
        let mut verdicts = Vec::new();
        for (patterns, schema) in SCHEMAS {
            let call = toolbox.call(TOOL)?.args(["--output-format", "json"]).args(schema);
            let files = all(rendered, patterns);
            verdicts.extend(answers(TOOL, &files, |batch| Call::args(call.clone(), batch), read)?);
        }
        Ok(verdicts)
    })?;
    Ok(vec![report])
}

fn read(answer: &Value) -> Result<Vec<Verdict>> {
    let list = |key: &str| answer[key].as_array().map(Vec::as_slice).unwrap_or_default();
    let found = list("errors").iter().chain(list("parse_errors"));
    let verdicts: Vec<_> = found
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap_or_default();
            Verdict::new(TOOL, text("filename"), "", format!("{}: {}", text("path"), text("message")))
        })
        .collect();
    let accepted = answer["status"].as_str().context("check-jsonschema gives no status")? == "ok";
    anyhow::ensure!(accepted == verdicts.is_empty(), "check-jsonschema contradicts itself: {answer}");
    Ok(verdicts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn errors_are_verdicts_and_a_failure_without_one_is_an_error() {
        let answer = json!({ "status": "fail", "errors": [{ "filename": "a", "path": "$.b", "message": "is wrong" }] });
        assert_eq!(read(&answer).unwrap()[0].to_string(), "a: check-jsonschema: $.b: is wrong");
        assert!(read(&json!({ "status": "ok", "errors": [] })).unwrap().is_empty());
        assert!(read(&json!({ "status": "fail", "errors": [] })).is_err());
    }
}
