//! The objects of one environment, as the cluster gets them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::fault::Fault;
use super::kustomize::{build, patches, resources};
use super::objects::{Object, Pod, selects};
use super::tree::Tree;

/// The objects of one environment.
pub(super) struct Cluster {
    /// The last part of its folder.
    pub(super) environment: String,
    pub(super) objects: Vec<Object>,
}

impl Cluster {
    /// Objects of a kind.
    pub(super) fn of_kind<'c>(&'c self, kind: &'c str) -> impl Iterator<Item = &'c Object> {
        self.objects.iter().filter(move |object| object.kind() == kind)
    }

    /// One of them.
    pub(super) fn find(&self, kind: &str, name: &str) -> Option<&Object> {
        self.objects.iter().find(|object| object.kind() == kind && object.name() == name)
    }

    /// The pods of all objects.
    pub(super) fn pods(&self) -> impl Iterator<Item = Pod<'_>> {
        self.objects.iter().filter_map(Object::pod)
    }

    /// The pods that a plain selector finds, as Services have it.
    pub(super) fn found_by(&self, selector: &Value) -> Vec<Pod<'_>> {
        let selector = serde_json::json!({ "matchLabels": selector });
        self.pods().filter(|pod| selects(&selector, &pod.labels)).collect()
    }

    /// The autoscaler of an object.
    pub(super) fn autoscaler(&self, of: &Object) -> Option<&Object> {
        self.of_kind("HorizontalPodAutoscaler").find(|it| {
            it.tree.at("spec.scaleTargetRef.kind").text() == of.kind()
                && it.tree.at("spec.scaleTargetRef.name").text() == of.name()
        })
    }

    /// The least and the most pods of an object.
    pub(super) fn replicas(&self, of: &Object) -> (f64, f64) {
        let fixed = of.tree.at("spec.replicas").number().unwrap_or(1.0);
        self.autoscaler(of).map_or((fixed, fixed), |it| {
            let least = it.tree.at("spec.minReplicas").number().unwrap_or(1.0);
            (least, it.tree.at("spec.maxReplicas").number().unwrap_or(least))
        })
    }
}

/// Every cluster: one for each kustomization that no other builds on, and for objects that none names one for each folder.
pub(super) fn clusters(documents: &[(String, Value)]) -> (Vec<Cluster>, Vec<Fault>) {
    let mut by_path: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    documents.iter().for_each(|(path, document)| by_path.entry(path).or_default().push(document));
    let folders: BTreeSet<&str> = by_path.keys().filter_map(|path| path.strip_suffix("/kustomization.yaml")).collect();
    let named = |folder: &&str| [resources(folder, &by_path), patches(folder, &by_path)].concat();
    let used: BTreeSet<String> = folders.iter().flat_map(named).collect();
    let (mut clusters, mut broken) = (Vec::new(), Vec::new());
    for folder in folders.iter().filter(|folder| !used.contains(**folder)) {
        let (objects, faults) = build(folder, &by_path);
        clusters.push(Cluster { environment: last(folder).to_owned(), objects });
        broken.extend(faults);
    }
    let mut loose: BTreeMap<&str, Vec<Object>> = BTreeMap::new();
    for (path, document) in documents.iter().filter(|(path, it)| is_object(it) && !used.contains(path.as_str())) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !folders.contains(folder) {
            loose.entry(folder).or_default().push(Object { path: path.clone(), tree: document.clone() });
        }
    }
    clusters
        .extend(loose.into_iter().map(|(folder, objects)| Cluster { environment: last(folder).to_owned(), objects }));
    (clusters, broken)
}

fn last(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or(folder)
}

/// Whether a document is for a cluster's API. Catalogues speak alike and are for somebody else.
pub(super) fn is_object(document: &Value) -> bool {
    let api = document.at("apiVersion").text();
    let others = ["backstage.io/", "score.dev/", "kustomize.config.k8s.io/"];
    !api.is_empty() && document.at("kind").is_given() && !others.iter().any(|other| api.starts_with(other))
}
