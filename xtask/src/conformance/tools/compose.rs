//! Compose files, as the loader of Docker Compose reads them.

use anyhow::{Context, Result};
use serde_json::Value;

use super::call::BATCH;
use super::rendered::{Rendered, all};
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const TOOL: &str = "compose";
const PLACES: [&str; 2] = ["compose.yaml", "deploy/compose/*.yaml"];

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let mut files = all(rendered, &PLACES);
    // What is mounted lies beside them; only a Compose file has services.
    files.retain(|file| {
        std::fs::read_to_string(file).is_ok_and(|text| text.lines().any(|line| line.starts_with("services:")))
    });
    let report = Report::of(TOOL, files.len(), || {
        let mut verdicts = Vec::new();
        for batch in files.chunks(BATCH) {
            let told = toolbox.call("compose-config")?.args(batch).run()?;
            let answers = read(&told.out)?;
            anyhow::ensure!(told.succeeded && answers.1 == batch.len(), "compose-config failed: {}", told.all());
            verdicts.extend(answers.0);
        }
        Ok(verdicts)
    })?;
    Ok(vec![report])
}

/// The complaints, and how many files were answered for.
fn read(out: &str) -> Result<(Vec<Verdict>, usize)> {
    let (mut verdicts, mut files) = (Vec::new(), 0);
    for line in out.lines() {
        let answer: Value = serde_json::from_str(line).with_context(|| format!("compose-config said: {line}"))?;
        let file = answer["file"].as_str().context("compose-config names no file")?;
        for (rule, key) in [("error", "errors"), ("warning", "warnings")] {
            let found = answer[key].as_array().into_iter().flatten().filter_map(Value::as_str);
            verdicts.extend(found.map(|what| Verdict::new(TOOL, file, rule, what)));
        }
        files += 1;
    }
    Ok((verdicts, files))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_count_as_errors_do() {
        let out = "{\"file\":\"a\",\"errors\":[\"bad\"],\"warnings\":[\"odd\"]}\n{\"file\":\"b\",\"errors\":[],\"warnings\":[]}\n";
        let (verdicts, files) = read(out).unwrap();
        let lines: Vec<_> = verdicts.iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["a: compose[error]: bad", "a: compose[warning]: odd"]);
        assert_eq!(files, 2);
        assert!(read("panic").is_err());
    }
}
