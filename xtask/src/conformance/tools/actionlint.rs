//! actionlint: workflows, and the shell in them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use super::call::{Call, answers};
use super::rendered::{Rendered, all};
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const TOOL: &str = "actionlint";
pub(super) const WORKFLOWS: [&str; 2] = [".github/workflows/*.yaml", ".github/workflows/*.yml"];

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let report = Report::of(TOOL, all(rendered, &WORKFLOWS).len(), || {
        let files = in_repositories(toolbox, rendered)?;
        let shellcheck = toolbox.program("shellcheck")?;
        let call = toolbox.call(TOOL)?.args(["-format", "{{json .}}", "-pyflakes", "", "-shellcheck"]).arg(shellcheck);
        let copies: Vec<_> = files.keys().cloned().collect();
        let mut verdicts = answers(TOOL, &copies, |batch| Call::args(call.clone(), batch), read)?;
        for verdict in &mut verdicts {
            verdict.file = files.get(&verdict.file).cloned().unwrap_or_else(|| verdict.file.clone());
        }
        Ok(verdicts)
    })?;
    Ok(vec![report])
}

/// Copies of workflows, by where they are. actionlint follows one workflow's call of another only where a repository begins, and
/// a rendered folder need not be one.
fn in_repositories(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<BTreeMap<PathBuf, PathBuf>> {
    let mut copies = BTreeMap::new();
    for (number, one) in rendered.iter().enumerate() {
        let repository = toolbox.scratch(&format!("actionlint/{number}"))?;
        toolbox.scratch(&format!("actionlint/{number}/.git"))?;
        toolbox.scratch(&format!("actionlint/{number}/.github/workflows"))?;
        for name in one.names(&WORKFLOWS) {
            let (from, to) = (one.root().join(name), repository.join(name));
            std::fs::copy(&from, &to).with_context(|| format!("cannot copy `{}`", from.display()))?;
            copies.insert(to, from);
        }
    }
    Ok(copies)
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
