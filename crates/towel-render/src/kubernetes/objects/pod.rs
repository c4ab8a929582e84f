//! Where instances of the same thing are put: apart from each other.

use k8s_openapi::api::core::v1::{
    Affinity, PodAffinityTerm, PodAntiAffinity, TopologySpreadConstraint, WeightedPodAffinityTerm,
};

use super::scene::Scene;
use super::shorthand::{matching, texts};

/// Rather on different nodes. A wish and not a rule: with a rule, a rollout on a small cluster would wait for ever.
pub(super) fn apart(scene: &Scene<'_>, name: &str) -> Affinity {
    let term = PodAffinityTerm {
        label_selector: Some(matching(scene.selector(name))),
        topology_key: "kubernetes.io/hostname".to_owned(),
        ..PodAffinityTerm::default()
    };
    let preferred = vec![WeightedPodAffinityTerm { weight: 100, pod_affinity_term: term }];
    let pod_anti_affinity = PodAntiAffinity {
        preferred_during_scheduling_ignored_during_execution: Some(preferred),
        ..PodAntiAffinity::default()
    };
    Affinity { pod_anti_affinity: Some(pod_anti_affinity), ..Affinity::default() }
}

/// Evenly over zones, each version by itself.
pub(super) fn spread(scene: &Scene<'_>, name: &str, by_version: &str) -> Vec<TopologySpreadConstraint> {
    vec![TopologySpreadConstraint {
        max_skew: 1,
        topology_key: "topology.kubernetes.io/zone".to_owned(),
        when_unsatisfiable: "ScheduleAnyway".to_owned(),
        label_selector: Some(matching(scene.selector(name))),
        match_label_keys: texts([by_version]),
        ..TopologySpreadConstraint::default()
    }]
}
