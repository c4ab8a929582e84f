//! Kubernetes objects, as kustomize and Helm make them, before the judges of objects.

use std::path::PathBuf;

use anyhow::Result;

use super::rendered::Rendered;
use super::toolbox::Toolbox;
use super::verdict::Report;
use super::{helm, kube_score, kubeconform, kustomize};

/// What an overlay or a chart with values became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Objects {
    /// The overlay or the values that a person can change.
    pub(super) origin: PathBuf,
    /// The objects, as one YAML stream.
    pub(super) file: PathBuf,
}

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let mut objects = Vec::new();
    let mut reports = vec![kustomize::judge(toolbox, rendered, &mut objects)?];
    reports.extend(helm::judge(toolbox, rendered, &mut objects)?);
    reports.push(kubeconform::judge(toolbox, &objects)?);
    reports.push(kube_score::judge(toolbox, &objects)?);
    Ok(reports)
}

/// Keeps one stream of objects for the judges of objects.
pub(super) fn keep(toolbox: &Toolbox, origin: PathBuf, text: &str, objects: &mut Vec<Objects>) -> Result<()> {
    let file = toolbox.scratch("objects")?.join(format!("{}.yaml", objects.len()));
    std::fs::write(&file, text)?;
    objects.push(Objects { origin, file });
    Ok(())
}
