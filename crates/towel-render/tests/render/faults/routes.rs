//! Faults of Alertmanager: alerts that reach nobody, the wrong people, or are silenced by others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::artefacts::Artefacts;
use super::fault::{Detector, Fault};
use super::labels::labels;
use super::monitoring::Monitoring;
use super::objects::pairs;
use super::promql::Matcher;
use super::query;
use super::rule::Rule;
use super::tree::Tree;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "severity that no route matches",
        numbers: &[17],
        find: unrouted,
        bad: &[
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: none, routes: [{ matchers: ['severity=\"critical\"'], receiver: people }] }, receivers: [{ name: none }, { name: people, slack_configs: [{}] }] }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: up, labels: { severity: warning } }] }]",
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: people, routes: [{ matchers: ['severity=\"critical\"'], receiver: people }] }, receivers: [{ name: people, slack_configs: [{}] }] }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: up, labels: { severity: warning } }] }]",
        ],
        good: &[
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: none, routes: [{ matchers: ['severity=~\"critical|warning\"'], receiver: people }] }, receivers: [{ name: none }, { name: people, slack_configs: [{}] }] }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: up, labels: { severity: warning } }] }]",
        ],
    },
    Detector {
        name: "route in another's shadow",
        numbers: &[18],
        find: shadowed,
        bad: &[
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: a, routes: [{ matchers: ['severity=\"critical\"'], receiver: a }, { matchers: ['severity=\"critical\"', 'team=\"b\"'], receiver: a }] }, receivers: [{ name: a, slack_configs: [{}] }] }",
        ],
        good: &[
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: a, routes: [{ matchers: ['severity=\"critical\"'], receiver: a, continue: true }, { matchers: ['severity=\"critical\"', 'team=\"b\"'], receiver: a }] }, receivers: [{ name: a, slack_configs: [{}] }] }",
        ],
    },
    Detector {
        name: "inhibition by nothing",
        numbers: &[19],
        find: idle_inhibition,
        bad: &[
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: a }, receivers: [{ name: a, slack_configs: [{}] }], inhibit_rules: [{ source_matchers: ['severity=\"page\"'], target_matchers: ['severity=\"warning\"'] }] }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: up, labels: { severity: warning } }] }]",
        ],
        good: &[
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: a }, receivers: [{ name: a, slack_configs: [{}] }], inhibit_rules: [{ source_matchers: ['alertname=\"A\"'], target_matchers: ['severity=\"warning\"'] }] }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: up, labels: { severity: warning } }] }]",
        ],
    },
    Detector {
        name: "inhibition by labels that are aggregated away",
        numbers: &[20],
        find: unequal,
        bad: &[
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: a }, receivers: [{ name: a, slack_configs: [{}] }], inhibit_rules: [{ source_matchers: ['severity=\"critical\"'], target_matchers: ['severity=\"warning\"'], equal: [service] }] }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'sum by (job) (up) == 0', labels: { severity: critical } }, { alert: B, expr: 'sum(up) == 1', labels: { severity: warning, service: x } }] }]",
        ],
        good: &[
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: a }, receivers: [{ name: a, slack_configs: [{}] }], inhibit_rules: [{ source_matchers: ['severity=\"critical\"'], target_matchers: ['severity=\"warning\"'], equal: [service] }] }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'sum by (service) (up) == 0', labels: { severity: critical } }, { alert: B, expr: 'sum(up) == 1', labels: { severity: warning, service: x } }] }]",
        ],
    },
    Detector {
        name: "dead-man's switch that no machine holds",
        numbers: &[21],
        find: watchdog,
        bad: &[
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: people }, receivers: [{ name: people, slack_configs: [{}] }] }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: Watchdog, expr: 'vector(1)' }] }]",
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: people }, receivers: [{ name: people, slack_configs: [{}] }] }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: up }] }]",
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: none }, receivers: [{ name: none }] }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: Watchdog, expr: 'vector(1)' }] }]",
        ],
        good: &[
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: people, routes: [{ matchers: ['alertname=\"Watchdog\"'], receiver: heart }] }, receivers: [{ name: people, slack_configs: [{}] }, { name: heart, webhook_configs: [{}] }] }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: Watchdog, expr: 'vector(1)' }] }]",
        ],
    },
    Detector {
        name: "receiver without integration",
        numbers: &[22],
        find: mute_receiver,
        bad: &[
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: a, routes: [{ matchers: ['severity=\"critical\"'], receiver: b }] }, receivers: [{ name: a, slack_configs: [{}] }, { name: b }] }",
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: a }, receivers: [{ name: b, slack_configs: [{}] }] }",
        ],
        good: &[
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: none, routes: [{ matchers: ['severity=\"critical\"'], receiver: b }] }, receivers: [{ name: none }, { name: b, slack_configs: [{}] }] }",
        ],
    },
];

/// What a label has to be.
#[derive(Debug, Clone, PartialEq)]
struct Condition {
    label: String,
    matcher: Matcher,
}

impl Condition {
    fn read(text: &str) -> Option<Self> {
        let (label, rest) = text.split_at(text.find(['=', '!'])?);
        let operator: String = rest.chars().take_while(|letter| "=!~".contains(*letter)).collect();
        let value = rest[operator.len()..].trim().trim_matches('"');
        let label = label.trim().to_owned();
        let matcher = query::matcher(&format!("{label}{operator}\"{value}\""))?;
        Some(Self { label, matcher })
    }

    fn holds(&self, value: &str) -> bool {
        self.matcher.is_match(value)
    }
}

fn conditions(list: &Value) -> Vec<Condition> {
    list.items().iter().filter_map(|it| Condition::read(it.text())).collect()
}

fn of_route(route: &Value) -> Vec<Condition> {
    let old = |key: &str, sign: &str| -> Vec<Condition> {
        let entries = route.at(key).entries();
        entries.filter_map(|(label, value)| Condition::read(&format!("{label}{sign}\"{}\"", value.text()))).collect()
    };
    [conditions(route.at("matchers")), old("match", "="), old("match_re", "=~")].concat()
}

/// The labels that an alert has for certain: its own, and those that Prometheus adds to all of them.
fn certain(rule: &Rule, watch: &Monitoring) -> BTreeMap<String, String> {
    let mut certain = pairs(watch.config().at("global.external_labels"));
    certain.extend(rule.labels.clone());
    certain.insert("alertname".to_owned(), rule.name.clone());
    certain
}

fn goes_to(route: &Value, alert: &BTreeMap<String, String>) -> bool {
    of_route(route).iter().all(|it| it.holds(alert.get(&it.label).map_or("", String::as_str)))
}

/// The receivers that an alert is sent to, and whether a route below the first was taken.
fn receivers<'a>(route: &'a Value, alert: &BTreeMap<String, String>, above: &'a str) -> (Vec<&'a str>, bool) {
    let own = route.at("receiver").as_str().unwrap_or(above);
    let mut found = Vec::new();
    for child in route.at("routes").items().iter().filter(|child| goes_to(child, alert)) {
        found.extend(receivers(child, alert, own).0);
        if child.at("continue") != &Value::Bool(true) {
            break;
        }
    }
    if found.is_empty() { (vec![own], false) } else { (found, true) }
}

/// The integrations of a receiver: `slack_configs`.
fn integrations<'a>(config: &'a Value, name: &str) -> Vec<&'a str> {
    let receiver = config.at("receivers").items().iter().find(|it| it.at("name").text() == name);
    let entries = receiver.into_iter().flat_map(Tree::entries);
    entries.filter(|(key, value)| key.ends_with("_configs") && value.is_given()).map(|(key, _)| key).collect()
}

fn configs(artefacts: &Artefacts) -> impl Iterator<Item = (&Monitoring, &str, &Value)> {
    artefacts.monitoring.iter().filter_map(|watch| {
        let (path, config) = watch.alertmanager.as_ref()?;
        Some((watch, path.as_str(), config))
    })
}

fn is_watchdog(rule: &Rule) -> bool {
    rule.text.replace(char::is_whitespace, "") == "vector(1)"
}

fn unrouted(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (watch, _, config) in configs(artefacts) {
        let by_severity =
            config.at("route.routes").items().iter().any(|it| of_route(it).iter().any(|it| it.label == "severity"));
        for rule in watch.alerts().filter(|rule| !is_watchdog(rule)) {
            let (found, routed) = receivers(config.at("route"), &certain(rule, watch), "");
            // Somebody may have decided that nobody is told.
            let meant = |name: &&str| routed && is_meant_to_be_mute(name);
            let heard = found.iter().any(|name| meant(name) || !integrations(config, name).is_empty());
            if !heard || (by_severity && !routed) {
                faults.push(
                    rule.at(&format!("is sent to {found:?} for want of a route for {:?}", rule.labels.get("severity"))),
                );
            }
        }
    }
    faults
}

fn shadowed(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (_, path, config) in configs(artefacts) {
        let mut open = vec![config.at("route")];
        while let Some(route) = open.pop() {
            let children = route.at("routes").items();
            open.extend(children);
            for (place, later) in children.iter().enumerate() {
                let wanted = of_route(later);
                let hides = |earlier: &Value| {
                    earlier.at("continue") != &Value::Bool(true)
                        && of_route(earlier).iter().all(|it| wanted.contains(it))
                };
                faults.extend(
                    children[..place]
                        .iter()
                        .any(hides)
                        .then(|| Fault::new(path, format!("{wanted:?} is never reached"))),
                );
            }
        }
    }
    faults
}

/// Alerts that may meet all conditions.
fn met<'w>(watch: &'w Monitoring, wanted: &[Condition]) -> Vec<&'w Rule> {
    let meets = |rule: &&Rule| {
        let certain = certain(rule, watch);
        let possible = labels(&rule.expression, watch);
        wanted.iter().all(|it| match certain.get(&it.label) {
            Some(value) => it.holds(value),
            None => possible.may_have(&it.label) || it.holds(""),
        })
    };
    watch.alerts().filter(meets).collect()
}

fn sides(rule: &Value, side: &str) -> Vec<Condition> {
    conditions(rule.at(&format!("{side}_matchers")))
}

fn idle_inhibition(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (watch, path, config) in configs(artefacts) {
        for rule in config.at("inhibit_rules").items() {
            for side in ["source", "target"] {
                let wanted = sides(rule, side);
                if met(watch, &wanted).is_empty() {
                    faults.push(Fault::new(path, format!("no alert can be the {side} {wanted:?}")));
                }
            }
        }
    }
    faults
}

fn unequal(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (watch, path, config) in configs(artefacts) {
        for rule in config.at("inhibit_rules").items() {
            let alerts = ["source", "target"].map(|side| met(watch, &sides(rule, side)));
            for label in rule.at("equal").items().iter().map(Tree::text) {
                let lacks = |alert: &&&Rule| {
                    !certain(alert, watch).contains_key(label) && !labels(&alert.expression, watch).may_have(label)
                };
                let lacking: BTreeSet<&str> =
                    alerts.iter().flatten().filter(lacks).map(|it| it.name.as_str()).collect();
                if !lacking.is_empty() {
                    faults.push(Fault::new(path, format!("`equal` asks for `{label}`, which {lacking:?} do not have")));
                }
            }
        }
    }
    faults
}

fn watchdog(artefacts: &Artefacts) -> Vec<Fault> {
    // Who declares none, outside of production, has none; but people are never told of it.
    let declared = &artefacts.declared;
    let is_wanted = !declared.is_given() || declared.document().at("notify.watchdog").is_given();
    let mut faults = Vec::new();
    for (watch, path, config) in configs(artefacts).filter(|(watch, ..)| watch.alerts().next().is_some()) {
        let Some(rule) = watch.alerts().find(|rule| is_watchdog(rule)) else {
            faults.push(Fault::new(path, "no alert fires always"));
            continue;
        };
        let (found, _) = receivers(config.at("route"), &certain(rule, watch), "");
        let told: Vec<&str> = found.iter().flat_map(|name| integrations(config, name)).collect();
        if told.iter().any(|it| *it != "webhook_configs") {
            faults.push(Fault::new(path, format!("people are told by {told:?} that all is well")));
        }
        if is_wanted && told.is_empty() {
            faults.push(Fault::new(path, "nobody waits for the watchdog"));
        }
    }
    faults
}

fn mute_receiver(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (_, path, config) in configs(artefacts) {
        let known: BTreeSet<&str> = config.at("receivers").items().iter().map(|it| it.at("name").text()).collect();
        let mut open = vec![(config.at("route"), true)];
        while let Some((route, is_first)) = open.pop() {
            open.extend(route.at("routes").items().iter().map(|it| (it, false)));
            let Some(name) = route.at("receiver").as_str() else { continue };
            if !known.contains(name) {
                faults.push(Fault::new(path, format!("there is no receiver `{name}`")));
            } else if integrations(config, name).is_empty() && !(is_first || is_meant_to_be_mute(name)) {
                faults.push(Fault::new(path, format!("receiver `{name}` tells nobody")));
            }
        }
    }
    faults
}

/// Names by which people say that nobody is to be told.
fn is_meant_to_be_mute(name: &str) -> bool {
    ["none", "null", "nobody", "nowhere", "silence", "blackhole"].contains(&name)
}
