//! Alerts about what a cluster does with the instances of a service.

use std::time::Duration;

use towel_model::{EngineKind, Service, Severity, Stack};

use super::case::Scene;
use super::{Alarm, Firing, Kind};
use crate::names;

/// Adds the alerts about a service's pods, in an environment that a cluster runs.
pub(super) fn alarms(service: &Service, stack: &Stack, alarms: &mut Vec<Alarm>) {
    if *stack.environment.engine != EngineKind::Kubernetes {
        return;
    }
    let pods = Pods { name: &service.name, namespace: names::namespace(stack) };
    alarms.push(pods.crashing());
    alarms.push(pods.out_of_memory());
    alarms.push(pods.throttled());
    if service.replicas.min < service.replicas.max {
        alarms.push(pods.scaled_to(service.replicas.max));
    }
    alarms.push(pods.stuck());
}

struct Pods<'a> {
    name: &'a str,
    namespace: String,
}

impl Pods<'_> {
    /// `metric{namespace="shop", pod=~"api-…", more}`. A Deployment's pods are called after it, its revision and themselves.
    fn of(&self, metric: &str, more: &str) -> String {
        format!("{metric}{{namespace=\"{}\", pod=~\"{}-[a-z0-9]+-[a-z0-9]+\"{more}}}", self.namespace, self.name)
    }

    /// One such series, as a unit test feeds it.
    fn one(&self, metric: &str, more: &str) -> String {
        format!(
            "{metric}{{namespace=\"{}\", pod=\"{}\", container=\"{}\"{more}}}",
            self.namespace,
            self.pod(),
            self.name
        )
    }

    fn pod(&self) -> String {
        format!("{}-5d9f7c6b8-x2x4z", self.name)
    }

    fn firing(&self, value: &str) -> Firing {
        Firing::valued(value).labelled("pod", self.pod())
    }

    fn crashing(&self) -> Alarm {
        const RESTARTS: &str = "kube_pod_container_status_restarts_total";
        let series = self.one(RESTARTS, "");
        // No `for`: a container that crashes is held back longer each time, so the rate falls by itself.
        Alarm::new(Kind::CrashLoop, self.name, "CrashLooping", Severity::Critical)
            .when(format!("sum by (pod) (increase({}[5m])) > 3", self.of(RESTARTS, "")), Duration::ZERO)
            .says(
                format!("`{}` starts again and again", self.name),
                "`{{ $labels.pod }}` started more than 3 times within 5m.",
            )
            .tried([
                Scene::after(Duration::ZERO, 6).rising(series.as_str(), 1).fires(self.firing("")),
                Scene::after(Duration::ZERO, 6).once(series).stays_silent(),
            ])
    }

    fn out_of_memory(&self) -> Alarm {
        const USED: &str = "container_memory_working_set_bytes";
        const LIMIT: &str = "kube_pod_container_resource_limits";
        let hold = Duration::from_secs(600);
        // The container without a name is the sum of all of a pod's.
        let expression = format!(
            "max by (pod, container) ({})\n/ max by (pod, container) ({}) > 0.9",
            self.of(USED, ", container!=\"\""),
            self.of(LIMIT, ", resource=\"memory\"")
        );
        let scene = |used: u32| {
            Scene::after(hold, 2)
                .steady(self.one(USED, ""), used)
                .steady(self.one(LIMIT, ", resource=\"memory\""), 1000)
        };
        Alarm::new(Kind::MemoryNearLimit, self.name, "MemoryNearLimit", Severity::Warning)
            .when(expression, hold)
            .says(
                format!("`{}` uses {{{{ $value | humanizePercentage }}}} of its memory limit", self.name),
                "`{{ $labels.pod }}` has been above 90 % for 10m; at 100 % it is killed.",
            )
            .tried([scene(950).fires(self.firing("95%").labelled("container", self.name)), scene(800).stays_silent()])
    }

    fn throttled(&self) -> Alarm {
        const THROTTLED: &str = "container_cpu_cfs_throttled_periods_total";
        const PERIODS: &str = "container_cpu_cfs_periods_total";
        let hold = Duration::from_secs(900);
        let over = |metric| format!("sum by (pod) (increase({}[5m]))", self.of(metric, ", container!=\"\""));
        let scene = |throttled: u32| {
            Scene::after(hold, 4).rising(self.one(THROTTLED, ""), throttled).rising(self.one(PERIODS, ""), 600)
        };
        Alarm::new(Kind::CpuThrottled, self.name, "CpuThrottled", Severity::Warning)
            .when(format!("{}\n/ {} > 0.25", over(THROTTLED), over(PERIODS)), hold)
            .says(
                format!("`{}` is held back at its CPU limit", self.name),
                "`{{ $labels.pod }}` was stopped in {{ $value | humanizePercentage }} of its periods; above 25 % for 15m is told.",
            )
            .tried([scene(300).fires(self.firing("50%")), scene(60).stays_silent()])
    }

    fn scaled_to(&self, most: u32) -> Alarm {
        let hold = Duration::from_secs(900);
        let series = format!(
            "kube_horizontalpodautoscaler_status_current_replicas{{namespace=\"{}\", horizontalpodautoscaler=\"{}\"}}",
            self.namespace, self.name
        );
        Alarm::new(Kind::ScaledToMaximum, self.name, "ScaledToMaximum", Severity::Warning)
            .when(format!("sum({series}) >= {most}"), hold)
            .says(
                format!("`{}` cannot be scaled further", self.name),
                format!("All of its {most} instances have been running for 15m; more load makes it slower now."),
            )
            .tried([
                Scene::after(hold, 2).steady(series.as_str(), most).fires(Firing::plain()),
                Scene::after(hold, 2).steady(series, most - 1).stays_silent(),
            ])
    }

    fn stuck(&self) -> Alarm {
        let hold = Duration::from_secs(60);
        let series = format!(
            "kube_deployment_status_condition{{namespace=\"{}\", deployment=\"{}\", condition=\"Progressing\", status=\"false\"}}",
            self.namespace, self.name
        );
        Alarm::new(Kind::RolloutStuck, self.name, "RolloutStuck", Severity::Warning)
            .when(format!("max({series}) == 1"), hold)
            .says(
                format!("the rollout of `{}` does not get on", self.name),
                "Its deadline has passed and the new instances are not ready.",
            )
            .tried([
                Scene::after(hold, 2).steady(series.as_str(), 1).fires(Firing::plain()),
                Scene::after(hold, 2).steady(series, 0).stays_silent(),
            ])
    }
}
