//! Alerts about what everything stands on: nodes, Prometheus and Alertmanager themselves, and the Watchdog.

use std::time::Duration;

use towel_model::{EngineKind, Severity, Stack};

use super::case::Scene;
use super::metric::percent;
use super::{Alarm, Case, Firing, Kind};
use crate::prometheus::job::{ALERTMANAGER, NODE, PROMETHEUS};

/// Adds the alerts about nodes and monitoring.
pub(super) fn alarms(stack: &Stack, alarms: &mut Vec<Alarm>) {
    let clustered = *stack.environment.engine == EngineKind::Kubernetes;
    alarms.push(node_gone(clustered));
    alarms.extend([
        disk(0.05, Severity::Critical, "NodeDiskNearlyFull"),
        disk(0.20, Severity::Warning, "NodeDiskFillingUp"),
    ]);
    alarms.push(memory());
    alarms.push(target_missing());
    alarms.extend(monitoring());
    alarms.push(watchdog());
}

const HOST: &str = "10.0.0.1:9100";

fn node_gone(clustered: bool) -> Alarm {
    let hold = Duration::from_secs(300);
    let series = format!("up{{job=\"{NODE}\", instance=\"{HOST}\"}}");
    // A cluster moves what ran there to another node.
    let severity = if clustered { Severity::Warning } else { Severity::Critical };
    Alarm::new(Kind::NodePressure, "", "NodeGone", severity)
        .when(format!("max by (instance) (up{{job=\"{NODE}\"}}) == 0"), hold)
        .says("node `{{ $labels.instance }}` does not answer", "Its exporter has not answered for 5m.")
        .tried([
            Scene::after(hold, 2).steady(series.as_str(), 0).fires(Firing::plain().labelled("instance", HOST)),
            Scene::after(hold, 2).steady(series, 1).stays_silent(),
        ])
}

fn disk(least: f64, severity: Severity, name: &str) -> Alarm {
    let hold = Duration::from_secs(600);
    let on_disk = "fstype!~\"tmpfs|ramfs|overlay|squashfs|iso9660\"";
    let over = |what: &str| {
        format!("max by (instance, mountpoint) (node_filesystem_{what}_bytes{{job=\"{NODE}\", {on_disk}}})")
    };
    let fed = |what: &str| {
        format!(
            "node_filesystem_{what}_bytes{{job=\"{NODE}\", instance=\"{HOST}\", mountpoint=\"/\", fstype=\"ext4\"}}"
        )
    };
    let scene = |left: u32| Scene::after(hold, 2).steady(fed("avail"), left).steady(fed("size"), 100);
    Alarm::new(Kind::NodePressure, "", name, severity)
        .when(format!("{} / {} < {least}", over("avail"), over("size")), hold)
        .says(
            "`{{ $labels.mountpoint }}` of node `{{ $labels.instance }}` has {{ $value | humanizePercentage }} left",
            format!("Less than {} is free for 10m.", percent(least)),
        )
        .tried([
            scene(2).fires(Firing::valued("2%").labelled("instance", HOST).labelled("mountpoint", "/")),
            scene(60).stays_silent(),
        ])
}

fn memory() -> Alarm {
    let hold = Duration::from_secs(600);
    let over = |what: &str| format!("max by (instance) (node_memory_{what}_bytes{{job=\"{NODE}\"}})");
    let fed = |what: &str| format!("node_memory_{what}_bytes{{job=\"{NODE}\", instance=\"{HOST}\"}}");
    let scene = |left: u32| Scene::after(hold, 2).steady(fed("MemAvailable"), left).steady(fed("MemTotal"), 100);
    Alarm::new(Kind::NodePressure, "", "NodeMemoryLow", Severity::Warning)
        .when(format!("{} / {} < 0.1", over("MemAvailable"), over("MemTotal")), hold)
        .says(
            "node `{{ $labels.instance }}` has {{ $value | humanizePercentage }} of its memory left",
            "Less than 10 % is available for 10m; soon something is killed.",
        )
        .tried([scene(5).fires(Firing::valued("5%").labelled("instance", HOST)), scene(60).stays_silent()])
}

fn target_missing() -> Alarm {
    let hold = Duration::from_secs(600);
    let fed = format!("up{{job=\"{ALERTMANAGER}\", instance=\"alertmanager:9093\"}}");
    Alarm::new(Kind::MonitoringBroken, "", "ScrapeTargetDown", Severity::Warning)
        // Nodes have an alert of their own, and what probes find is about what they ask.
        .when("up{job=~\"platform/.+\", job!~\"platform/(node|probes)\"} == 0", hold)
        .says(
            "`{{ $labels.job }}` cannot be scraped",
            "`{{ $labels.instance }}` has not answered for 10m; alerts that are made of its metrics are blind.",
        )
        .tried([
            Scene::after(hold, 2)
                .steady(fed.as_str(), 0)
                .fires(Firing::plain().labelled("instance", "alertmanager:9093").labelled("job", ALERTMANAGER)),
            Scene::after(hold, 2).steady(fed, 1).stays_silent(),
        ])
}

fn monitoring() -> [Alarm; 5] {
    [
        zero(
            Alarm::new(Kind::MonitoringBroken, "", "PrometheusConfigRejected", Severity::Warning),
            &own("prometheus_config_last_reload_successful", PROMETHEUS),
        )
        .says("Prometheus could not read its configuration", "It goes on with the one before."),
        zero(
            Alarm::new(Kind::MonitoringBroken, "", "AlertmanagerConfigRejected", Severity::Warning),
            &own("alertmanager_config_last_reload_successful", ALERTMANAGER),
        )
        .says("Alertmanager could not read its configuration", "It goes on with the one before."),
        zero(
            Alarm::new(Kind::MonitoringBroken, "", "AlertmanagerNotFound", Severity::Critical),
            &own("prometheus_notifications_alertmanagers_discovered", PROMETHEUS),
        )
        .says("Prometheus knows no Alertmanager", "Alerts fire and nobody is told."),
        counting(
            Alarm::new(Kind::MonitoringBroken, "", "RulesFailing", Severity::Critical),
            &own("prometheus_rule_evaluation_failures_total", PROMETHEUS),
        )
        .says("Prometheus could not evaluate some rules", "Alerts that are made by them are blind."),
        counting(
            Alarm::new(Kind::MonitoringBroken, "", "NotificationsFailing", Severity::Critical),
            &own("alertmanager_notifications_failed_total", ALERTMANAGER),
        )
        .says(
            "Alertmanager could not deliver some notifications",
            "Somebody is not told of an alert; the other channels may still work.",
        ),
    ]
}

fn own(metric: &str, job: &str) -> String {
    format!("{metric}{{job=\"{job}\"}}")
}

const HOLD: Duration = Duration::from_secs(300);

/// Fires while the series is zero.
fn zero(alarm: Alarm, series: &str) -> Alarm {
    alarm.when(format!("max({series}) < 1"), HOLD).tried([
        Scene::after(HOLD, 2).steady(series, 0).fires(Firing::plain()),
        Scene::after(HOLD, 2).steady(series, 1).stays_silent(),
    ])
}

/// Fires while the series counts.
fn counting(alarm: Alarm, series: &str) -> Alarm {
    alarm.when(format!("sum(increase({series}[5m])) > 0"), HOLD).tried([
        Scene::after(HOLD, 4).rising(series, 1).fires(Firing::plain()),
        Scene::after(HOLD, 4).rising(series, 0).stays_silent(),
    ])
}

fn watchdog() -> Alarm {
    let always = Case { series: Vec::new(), at: Duration::from_secs(60), fires: vec![Firing::plain()] };
    Alarm::new(Kind::Watchdog, "", "Watchdog", Severity::Info)
        .when("vector(1)", Duration::ZERO)
        .says("alerting works", "Always fires. When whoever receives it hears nothing more, alerting is broken.")
        .tried([always])
}
