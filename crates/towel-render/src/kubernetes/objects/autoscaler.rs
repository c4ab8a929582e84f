//! When instances of a service are added and taken away.

use k8s_openapi::api::autoscaling::v2::{
    CrossVersionObjectReference, HPAScalingPolicy, HPAScalingRules, HorizontalPodAutoscaler,
    HorizontalPodAutoscalerBehavior, HorizontalPodAutoscalerSpec, MetricSpec, MetricTarget, ResourceMetricSource,
};
use towel_model::{Percent, Service};

use super::scene::Scene;
use super::service::component;
use super::shorthand::{count, filled, some};

/// A true range is scaled.
pub(super) fn is_scaled(service: &Service) -> bool {
    service.replicas.min < service.replicas.max
}

/// The autoscaler of a service; none when the number of its instances is fixed.
pub(super) fn of(scene: &Scene<'_>, service: &Service) -> Option<HorizontalPodAutoscaler> {
    if !is_scaled(service) {
        return None;
    }
    let name = service.name.as_str();
    let target = CrossVersionObjectReference {
        api_version: some("apps/v1"),
        kind: "Deployment".to_owned(),
        name: name.to_owned(),
    };
    Some(HorizontalPodAutoscaler {
        metadata: scene.metadata(name, name, component(service)),
        spec: Some(HorizontalPodAutoscalerSpec {
            scale_target_ref: target,
            // Clusters scale to none only with a feature that is off.
            min_replicas: Some(count(service.replicas.min).max(1)),
            max_replicas: count(service.replicas.max),
            metrics: filled(metrics(service)),
            behavior: Some(behavior()),
        }),
        ..HorizontalPodAutoscaler::default()
    })
}

/// What is declared; 70 % of the CPU and 80 % of the memory when nothing is.
fn metrics(service: &Service) -> Vec<MetricSpec> {
    let declared = service.scale_on.as_ref();
    let cpu = declared.and_then(|scale| scale.cpu.as_ref()).map(|percent| percent.value);
    let memory = declared.and_then(|scale| scale.memory.as_ref()).map(|percent| percent.value);
    let (cpu, memory) = match (cpu, memory) {
        (None, None) => (Some(Percent(70.0)), Some(Percent(80.0))),
        declared => declared,
    };
    [("cpu", cpu), ("memory", memory)].into_iter().filter_map(|(what, of)| Some(metric(what, of?))).collect()
}

fn metric(name: &str, percent: Percent) -> MetricSpec {
    let target = MetricTarget {
        type_: "Utilization".to_owned(),
        // The API counts whole per cents; the language allows 1 to 100 and parts of them.
        average_utilization: Some((percent.0.round() as i32).max(1)),
        ..MetricTarget::default()
    };
    let resource = Some(ResourceMetricSource { name: name.to_owned(), target });
    MetricSpec { type_: "Resource".to_owned(), resource, ..MetricSpec::default() }
}

/// Up by as much again every 15 s once a minute has shown that it is needed; down by a tenth a minute after five.
fn behavior() -> HorizontalPodAutoscalerBehavior {
    let rules = |window: i32, percent: i32, period: i32| HPAScalingRules {
        stabilization_window_seconds: Some(window),
        policies: Some(vec![HPAScalingPolicy { type_: "Percent".to_owned(), value: percent, period_seconds: period }]),
        ..HPAScalingRules::default()
    };
    HorizontalPodAutoscalerBehavior { scale_up: Some(rules(60, 100, 15)), scale_down: Some(rules(300, 10, 60)) }
}
