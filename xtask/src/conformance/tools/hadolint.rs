//! hadolint: Dockerfiles, and the shell in them.

use anyhow::{Context, Result};
use serde_json::Value;

use super::call::{Call, answers};
use super::rendered::{Rendered, different};
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const TOOL: &str = "hadolint";
const DOCKERFILES: [&str; 2] = ["**/Dockerfile", "**/Dockerfile.*"];

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let mut files = different(rendered, &DOCKERFILES)?;
    files.retain(|file| file.extension().is_none_or(|extension| extension != "dockerignore"));
    let report = Report::of(TOOL, files.len(), || {
        let call = toolbox.call(TOOL)?.args(["--no-fail", "--format", "json"]);
        answers(TOOL, &files, |batch| Call::args(call.clone(), batch), read)
    })?;
    Ok(vec![report])
}

/// Everything that it says, style too; a Dockerfile that it cannot read is listed like any other complaint.
fn read(answer: &Value) -> Result<Vec<Verdict>> {
    let found = answer.as_array().context("hadolint lists nothing")?;
    let verdict = |one: &Value| {
        let text = |key: &str| one[key].as_str().unwrap_or_default();
        let what = format!("line {}: {} ({})", one["line"], text("message"), text("level"));
        Verdict::new(TOOL, text("file"), text("code"), what)
    };
    Ok(found.iter().map(verdict).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn even_style_is_a_verdict() {
        let answer =
            json!([{ "code": "DL3015", "file": "Dockerfile", "level": "style", "line": 4, "message": "avoid more" }]);
        assert_eq!(read(&answer).unwrap()[0].to_string(), "Dockerfile: hadolint[DL3015]: line 4: avoid more (style)");
        assert!(read(&json!([])).unwrap().is_empty() && read(&json!(null)).is_err());
    }
}
