//! Inhibition: what a graver alert explains. Only alerts that there are hide others, by labels that both carry.

use crate::alarm::Alarm;
use crate::yaml::{Map, Yaml};

/// One rule: sources and targets as label and pattern, and the labels in which both agree.
struct Hiding {
    source: &'static [(&'static str, &'static str)],
    target: &'static [(&'static str, &'static str)],
    equal: &'static [&'static str],
}

/// `environment` is Prometheus' external label; all others stand on the alerts themselves.
const ALL: [Hiding; 7] = [
    // The warning about what is critical already.
    Hiding {
        source: &[("severity", "critical"), ("service", ".+")],
        target: &[("severity", "warning|info"), ("service", ".+")],
        equal: &["environment", "service", "symptom"],
    },
    Hiding {
        source: &[("severity", "critical"), ("datastore", ".+")],
        target: &[("severity", "warning|info"), ("datastore", ".+")],
        equal: &["environment", "datastore", "symptom"],
    },
    // What is down has errors and no traffic.
    Hiding {
        source: &[("severity", "critical"), ("symptom", "down"), ("service", ".+")],
        target: &[("symptom", "budget|errors|latency|traffic"), ("service", ".+")],
        equal: &["environment", "service"],
    },
    Hiding {
        source: &[("severity", "critical"), ("symptom", "down"), ("datastore", ".+")],
        target: &[("symptom", "connections|replication|memory|queue"), ("datastore", ".+")],
        equal: &["environment", "datastore"],
    },
    // Errors that cost the budget are told once.
    Hiding {
        source: &[("severity", "critical"), ("symptom", "budget"), ("service", ".+")],
        target: &[("symptom", "errors"), ("service", ".+")],
        equal: &["environment", "service"],
    },
    Hiding {
        source: &[("alertname", "NodeDiskNearlyFull")],
        target: &[("alertname", "NodeDiskFillingUp")],
        equal: &["environment", "instance", "mountpoint"],
    },
    Hiding {
        source: &[("alertname", "ServedCertificateAboutToExpire")],
        target: &[("alertname", "ServedCertificateExpires")],
        equal: &["environment", "instance"],
    },
];

/// The rules whose source and target both exist.
pub(super) fn rules(alarms: &[Alarm]) -> Vec<Map> {
    let exists = |matchers: &[(&str, &str)]| alarms.iter().any(|alarm| matchers.iter().all(|it| fits(alarm, it)));
    ALL.iter().filter(|hiding| exists(hiding.source) && exists(hiding.target)).map(Hiding::rule).collect()
}

impl Hiding {
    fn rule(&self) -> Map {
        let matchers = |of: &[(&'static str, &'static str)]| {
            let written = of.iter().map(|(label, pattern)| {
                let operator = if pattern.contains(['|', '+']) { "=~" } else { "=" };
                format!("{label}{operator}\"{pattern}\"")
            });
            written.collect::<Vec<_>>()
        };
        Map::new()
            .with("source_matchers", matchers(self.source))
            .with("target_matchers", matchers(self.target))
            .with("equal", Yaml::row(self.equal.iter().copied()))
    }
}

/// Whether an alert has the label with one of the values that the pattern lists.
fn fits(alarm: &Alarm, (label, pattern): &(&str, &str)) -> bool {
    if *label == "alertname" {
        return alarm.name == *pattern;
    }
    let value = alarm.labels().into_iter().find(|(name, _)| name == label);
    value.is_some_and(|(_, value)| *pattern == ".+" || pattern.split('|').any(|it| it == value))
}
