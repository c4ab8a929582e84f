//! Judges of rendered artefacts: one module for each tool, with the files that it judges, how it is run, how it answers.

mod actionlint;
mod alertmanager;
mod allowed;
mod ansible;
mod call;
mod catalog;
mod compose;
mod dashboards;
mod hadolint;
mod helm;
mod json;
mod json_schema;
mod judge;
mod kube_score;
mod kubeconform;
mod kubernetes;
mod kustomize;
mod nginx;
mod places;
mod prometheus;
mod rendered;
mod shellcheck;
mod svg;
mod terraform;
mod toolbox;
mod verdict;
mod yamllint;
mod zizmor;

#[cfg(test)]
mod needs;

pub(super) use judge::judge;
pub(super) use rendered::Rendered;
pub(super) use verdict::Report;
