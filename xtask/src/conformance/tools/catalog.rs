//! Backstage's own policies over the catalogue file.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::call::BATCH;
use super::rendered::{Rendered, all};
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};
use crate::repository::root;

const TOOL: &str = "backstage";

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let files = all(rendered, &["catalog-info.yaml"]);
    let report = Report::of(TOOL, files.len(), || {
        let program = root()?.join("tests/tools/catalog.mjs");
        let mut verdicts = Vec::new();
        for batch in files.chunks(BATCH) {
            let call = toolbox.call("node")?.with("TOWEL_CATALOG", toolbox.share("catalog")?).arg(&program);
            let told = call.args(batch).run()?;
            let answers = told.out.lines().map(read).collect::<Result<Vec<_>>>()?;
            ensure!(told.succeeded && answers.len() == batch.len(), "the catalogue's judge failed: {}", told.all());
            verdicts.extend(answers.into_iter().flatten());
        }
        Ok(verdicts)
    })?;
    Ok(vec![report])
}

fn read(line: &str) -> Result<Vec<Verdict>> {
    let answer: Value = serde_json::from_str(line).with_context(|| format!("the catalogue's judge said: {line}"))?;
    let file = answer["file"].as_str().context("the catalogue's judge names no file")?;
    let errors = answer["errors"].as_array().context("the catalogue's judge lists no errors")?;
    Ok(errors.iter().map(|what| Verdict::new(TOOL, file, "", what.as_str().unwrap_or_default())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_is_a_verdict() {
        let verdicts = read("{\"file\":\"c.yaml\",\"errors\":[\"no owner\"]}").unwrap();
        assert_eq!(verdicts[0].to_string(), "c.yaml: backstage: no owner");
        assert!(read("{\"file\":\"c.yaml\"}").is_err());
    }
}
