//! Routes: from an alert's severity to who hears of it, and the cases that prove where each goes.

use towel_model::Stack;

use super::receiver::{NOBODY, SEVERITIES, WATCHDOG, of_severity, told};
use crate::alarm::{Alarm, Kind, severity};
use crate::yaml::{Map, Yaml};

/// The tree of routes.
pub(super) fn tree(stack: &Stack) -> Map {
    let mut routes = vec![watchdog(stack)];
    routes.extend(SEVERITIES.map(|severity| {
        Map::new()
            .with("matchers", vec![format!("severity=\"{severity}\"")])
            .with("receiver", of_severity(stack, severity))
    }));
    Map::new()
        .comment("An alert of a severity that has no route is heard like the gravest.")
        .with("receiver", of_severity(stack, SEVERITIES[0]))
        .with("group_by", Yaml::row(["alertname", "cluster"]))
        .with("group_wait", "10s")
        .with("group_interval", "10s")
        .with("repeat_interval", "12h")
        .with("routes", routes)
}

/// It fires always, so it must never reach people.
fn watchdog(stack: &Stack) -> Map {
    let route = Map::new().with("matchers", vec!["alertname=\"Watchdog\""]).with("receiver", heartbeat(stack));
    if heartbeat(stack) == NOBODY {
        return route;
    }
    route.with("group_wait", "0s").with("group_interval", "1m").with("repeat_interval", "1m")
}

fn heartbeat(stack: &Stack) -> &'static str {
    if told(stack).any(|(kind, _)| kind == WATCHDOG) { WATCHDOG } else { NOBODY }
}

/// What `amtool config routes test` is asked: an alert of every severity, each in its own words, and the special ones.
pub(super) fn tests(stack: &Stack, alarms: &[Alarm]) -> Yaml {
    let case = |labels: Map, receiver: &'static str| {
        Map::new().with("labels", labels).with("receivers", Yaml::row([receiver]))
    };
    let mut cases = vec![case(Map::new().with("alertname", "Watchdog").with("severity", "info"), heartbeat(stack))];
    for wanted in SEVERITIES {
        let of_it = |alarm: &&Alarm| severity(alarm.severity) == wanted && alarm.kind != Kind::Watchdog;
        let name = alarms.iter().find(of_it).map_or("AnyOther", |alarm| &alarm.name).to_owned();
        let labels = Map::new().with("alertname", name).with("severity", wanted);
        cases.push(case(labels, of_severity(stack, wanted)));
    }
    cases.push(case(Map::new().with("alertname", "WithoutSeverity"), of_severity(stack, SEVERITIES[0])));
    Yaml::list(cases)
}
