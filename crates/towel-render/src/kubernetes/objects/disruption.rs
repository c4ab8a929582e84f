//! How many instances may be taken away at once when nodes are emptied.

use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use towel_model::Service;

use super::scene::Scene;
use super::service::component;
use super::shorthand::{matching, some};

/// None for a single instance: a budget for it would only hold up the emptying of its node.
pub(super) fn of_service(scene: &Scene<'_>, service: &Service) -> Option<PodDisruptionBudget> {
    (scene.confines() && service.replicas.min > 1).then(|| budget(scene, &service.name, component(service)))
}

/// One at a time, so at least one of two stays; and those that are broken anyway do not hold anybody up.
pub(super) fn budget(scene: &Scene<'_>, name: &str, component: &str) -> PodDisruptionBudget {
    PodDisruptionBudget {
        metadata: scene.metadata(name, name, component),
        spec: Some(PodDisruptionBudgetSpec {
            max_unavailable: Some(IntOrString::Int(1)),
            selector: Some(matching(scene.selector(name))),
            unhealthy_pod_eviction_policy: some("AlwaysAllow"),
            ..PodDisruptionBudgetSpec::default()
        }),
        ..PodDisruptionBudget::default()
    }
}
