//! All detectors, and that each of them finds what it is for.

use super::fault::{Detector, Fault};
use super::{
    alerting, backups, budgets, comparisons, images, limits, loss, names, pipelines, policies, ports, probes,
    quantiles, ranges, references, routes, scaling, shutdown, storage, terraform, wording,
};
use crate::faults::artefacts::Artefacts;

/// Every detector.
pub(crate) fn detectors() -> impl Iterator<Item = &'static Detector> {
    let groups: [&'static [Detector]; 22] = [
        UNREADABLE,
        quantiles::DETECTORS,
        ranges::DETECTORS,
        comparisons::DETECTORS,
        wording::DETECTORS,
        alerting::DETECTORS,
        routes::DETECTORS,
        scaling::DETECTORS,
        policies::DETECTORS,
        shutdown::DETECTORS,
        budgets::DETECTORS,
        storage::DETECTORS,
        probes::DETECTORS,
        limits::DETECTORS,
        loss::DETECTORS,
        images::DETECTORS,
        ports::DETECTORS,
        backups::DETECTORS,
        pipelines::DETECTORS,
        terraform::DETECTORS,
        references::DETECTORS,
        names::DETECTORS,
    ];
    groups.into_iter().flatten()
}

const UNREADABLE: &[Detector] = &[Detector {
    name: "file that cannot be read",
    numbers: &[],
    find: unreadable,
    bad: &[
        "=== a.yaml\na: [\n",
        "=== a.json\n{\n",
        "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'sum(' }] }]",
        "=== k8s/kustomization.yaml\nresources: [a.yaml]\n",
        "=== k8s/kustomization.yaml\nvars: []\n",
    ],
    good: &[
        "=== k8s/kustomization.yaml\nresources: [a.yaml]\n=== k8s/a.yaml\n{ apiVersion: v1, kind: Service, metadata: { name: a } }",
    ],
}];

fn unreadable(artefacts: &Artefacts) -> Vec<Fault> {
    artefacts.unreadable.clone()
}

/// Every fault in some files, by the name of the detector.
pub(crate) fn examine(artefacts: &Artefacts) -> Vec<(&'static str, Fault)> {
    let found =
        detectors().flat_map(|detector| (detector.find)(artefacts).into_iter().map(|fault| (detector.name, fault)));
    let mut found: Vec<_> = found.collect();
    found.sort();
    found.dedup();
    found
}

#[test]
fn every_detector_finds_its_fault() {
    let mut blind = Vec::new();
    for detector in detectors() {
        assert!(!detector.bad.is_empty(), "`{}` has no bad files to show", detector.name);
        let unseen = detector.bad.iter().filter(|bad| (detector.find)(&Artefacts::of(bad)).is_empty());
        blind.extend(unseen.map(|bad| format!("`{}` does not see what is wrong in\n{bad}", detector.name)));
    }
    assert!(blind.is_empty(), "{}", blind.join("\n"));
}

#[test]
fn no_detector_finds_a_fault_where_none_is() {
    let mut wrong = Vec::new();
    for detector in detectors() {
        assert!(!detector.good.is_empty(), "`{}` has no good files to show", detector.name);
        let found = detector.good.iter().map(|good| (good, (detector.find)(&Artefacts::of(good))));
        let untrue = found.filter(|(_, found)| !found.is_empty());
        wrong.extend(untrue.map(|(good, found)| format!("`{}` is wrong about\n{good}\n{found:?}", detector.name)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
