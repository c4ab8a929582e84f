//! kubeconform: every object against the schema of its kind, for an old and a late version of Kubernetes.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use super::call::BATCH;
use super::kubernetes::Objects;
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const TOOL: &str = "kubeconform";

pub(super) fn judge(toolbox: &Toolbox, objects: &[Objects]) -> Result<Report> {
    let schemas = toolbox.share("schemas")?;
    let versions = versions(&schemas.join("kubernetes"))?;
    Report::of(TOOL, objects.len(), || {
        let mut verdicts = Vec::new();
        for version in &versions {
            let built_in = schemas.join("kubernetes").join(version).join("{{.ResourceKind}}{{.KindSuffix}}.json");
            let custom = schemas.join("custom/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json");
            for batch in objects.chunks(BATCH) {
                let call = toolbox.call(TOOL)?.args(["-strict", "-output", "json", "-n", "2"]);
                let call = call.arg("-schema-location").arg(&built_in).arg("-schema-location").arg(&custom);
                let answer = call.args(batch.iter().map(|objects| &objects.file)).json()?;
                verdicts.extend(read(&answer.map_err(anyhow::Error::msg)?, version, batch)?);
            }
        }
        Ok(verdicts)
    })
}

fn versions(folder: &PathBuf) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list `{}`", folder.display()))?;
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut versions: Vec<String> = names.collect::<Result<_>>()?;
    versions.sort();
    anyhow::ensure!(!versions.is_empty(), "there is no schema in `{}`; run `.ci/tools`", folder.display());
    Ok(versions)
}

/// Everything listed is a complaint: an object without a known schema is not valid either.
fn read(answer: &Value, version: &str, objects: &[Objects]) -> Result<Vec<Verdict>> {
    let resources = answer["resources"].as_array().context("kubeconform lists no resources")?;
    resources
        .iter()
        .map(|resource| {
            let text = |key: &str| resource[key].as_str().unwrap_or_default();
            let origin = objects.iter().find(|one| one.file.as_os_str() == text("filename"));
            let origin = origin.with_context(|| format!("kubeconform names an unknown file `{}`", text("filename")))?;
            let what = format!("{} {} for {version}: {}", text("kind"), text("name"), text("msg"));
            Ok(Verdict::new(TOOL, &origin.origin, text("status"), what))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn objects() -> [Objects; 1] {
        [Objects { origin: "overlays/dev".into(), file: "/tmp/0.yaml".into() }]
    }

    #[test]
    fn an_object_without_a_schema_is_a_verdict() {
        let answer = json!({ "resources": [{
            "filename": "/tmp/0.yaml", "kind": "Thing", "name": "a", "status": "statusError", "msg": "could not find schema for Thing",
        }] });
        let verdicts = read(&answer, "v1.31.0", &objects()).unwrap();
        let expected = "overlays/dev: kubeconform[statusError]: Thing a for v1.31.0: could not find schema for Thing";
        assert_eq!(verdicts[0].to_string(), expected);
    }

    #[test]
    fn an_answer_that_is_not_understood_is_an_error() {
        assert!(read(&json!({}), "v1", &objects()).is_err());
        assert!(read(&json!({ "resources": [{ "filename": "/tmp/1.yaml" }] }), "v1", &objects()).is_err());
    }
}
