//! ShellCheck: rendered scripts.

use anyhow::{Context, Result};
use serde_json::Value;

use super::call::{Call, answers};
use super::rendered::{Rendered, different};
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const TOOL: &str = "shellcheck";
const SCRIPTS: [&str; 2] = ["**/*.sh", "**/*.bash"];

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let files = different(rendered, &SCRIPTS)?;
    let report = Report::of(TOOL, files.len(), || {
        let call = toolbox.call(TOOL)?.args(["--norc", "--format", "json1"]);
        answers(TOOL, &files, |batch| Call::args(call.clone(), batch), read)
    })?;
    Ok(vec![report])
}

fn read(answer: &Value) -> Result<Vec<Verdict>> {
    let found = answer["comments"].as_array().context("shellcheck lists nothing")?;
    let verdict = |one: &Value| {
        let text = |key: &str| one[key].as_str().unwrap_or_default();
        let what = format!("line {}: {} ({})", one["line"], text("message"), text("level"));
        Verdict::new(TOOL, text("file"), &format!("SC{}", one["code"]), what)
    };
    Ok(found.iter().map(verdict).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_comment_is_a_verdict_by_its_code() {
        let answer = json!({ "comments": [{ "file": "a.sh", "line": 2, "level": "info", "code": 2086, "message": "quote it" }] });
        assert_eq!(read(&answer).unwrap()[0].to_string(), "a.sh: shellcheck[SC2086]: line 2: quote it (info)");
        assert!(read(&json!([])).is_err());
    }
}
