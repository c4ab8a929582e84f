//! kustomize: every overlay becomes objects.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::kubernetes::{Objects, keep};
use super::rendered::Rendered;
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};
use crate::conformance::schema::value;

const TOOL: &str = "kustomize";
const OVERLAYS: [&str; 1] = ["deploy/kubernetes/overlays/*/kustomization.yaml"];

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered], objects: &mut Vec<Objects>) -> Result<Report> {
    let overlays: Vec<_> = rendered.iter().flat_map(|one| one.folders(&OVERLAYS)).collect();
    Report::of(TOOL, overlays.len(), || {
        let mut verdicts = Vec::new();
        for overlay in overlays {
            let told = toolbox.call("kustomize")?.arg("build").arg(&overlay).run()?;
            // It warns of deprecated fields, and succeeds.
            if !told.succeeded || !told.err.trim().is_empty() {
                verdicts.push(Verdict::new(TOOL, &overlay, "", told.err.as_str()));
            }
            if told.succeeded && told.out.trim().is_empty() {
                verdicts.push(Verdict::new(TOOL, &overlay, "", "it builds no object"));
            }
            if told.succeeded {
                verdicts.extend(patches_without_target(&overlay, &told.out)?);
                keep(toolbox, overlay, &told.out, objects)?;
            }
        }
        Ok(verdicts)
    })
}

/// kustomize passes silently over a patch that fits no object.
fn patches_without_target(overlay: &Path, built: &str) -> Result<Vec<Verdict>> {
    let file = overlay.join("kustomization.yaml");
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let patches = value(&text)?["patches"].as_array().cloned().unwrap_or_default();
    let lost = patches.iter().filter(|patch| !fits_an_object(&patch["target"], built));
    let verdict =
        |patch: &Value| Verdict::new(TOOL, &file, "target-not-found", format!("no object is {}", patch["target"]));
    Ok(lost.map(verdict).collect())
}

/// Kind and name, where both are given; a target may also be a pattern or absent, and then says nothing.
fn fits_an_object(target: &Value, built: &str) -> bool {
    let (Some(kind), Some(name)) = (target["kind"].as_str(), target["name"].as_str()) else { return true };
    let (kind, name) = (format!("kind: {kind}"), format!("  name: {name}"));
    built
        .split("\n---\n")
        .any(|object| object.lines().any(|line| line == kind) && object.lines().any(|line| line == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_for_an_object_that_is_not_there_is_found() {
        let built =
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n---\nkind: Deployment\nmetadata:\n  name: b\n";
        let fits = |kind: &str, name: &str| fits_an_object(&serde_json::json!({ "kind": kind, "name": name }), built);
        assert!(fits("Service", "a") && fits("Deployment", "b"));
        assert!(!fits("Service", "b") && !fits("Service", "c"));
        assert!(fits_an_object(&serde_json::json!({ "kind": "Service" }), built));
    }
}
