//! actionlint: workflows, and the shell in them.

use anyhow::{Context, Result};
use serde_json::Value;

use super::call::{Call, answers};
use super::rendered::{Rendered, all};
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const TOOL: &str = "actionlint";
pub(super) const WORKFLOWS: [&str; 2] = [".github/workflows/*.yaml", ".github/workflows/*.yml"];

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let files = all(rendered, &WORKFLOWS);
    let report = Report::of(TOOL, files.len(), || {
        let shellcheck = toolbox.program("shellcheck")?;
        let call = toolbox.call(TOOL)?.args(["-format", "{{json .}}", "-pyflakes", "", "-shellcheck"]).arg(shellcheck);
        answers(TOOL, &files, |batch| Call::args(call.clone(), batch), read)
    })?;
    Ok(vec![report])
}

fn read(answer: &Value) -> Result<Vec<Verdict>> {
    let found = answer.as_array().context("actionlint lists nothing")?;
    let verdict = |one: &Value| {
        let text = |key: &str| one[key].as_str().unwrap_or_default();
        let what = format!("line {}: {}", one["line"], text("message"));
        Verdict::new(TOOL, text("filepath"), text("kind"), what)
    };
    Ok(found.iter().map(verdict).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_complaint_names_file_line_and_kind() {
        let answer =
            json!([{ "message": "no such key", "filepath": "a.yaml", "line": 3, "column": 1, "kind": "syntax-check" }]);
        assert_eq!(read(&answer).unwrap()[0].to_string(), "a.yaml: actionlint[syntax-check]: line 3: no such key");
        assert!(read(&json!([])).unwrap().is_empty() && read(&json!({})).is_err());
    }
}
