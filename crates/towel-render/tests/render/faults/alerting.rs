//! Faults between Prometheus, its rules and Alertmanager: files that nobody reads, jobs that nobody scrapes, pages that nobody wrote.

use std::collections::BTreeSet;

use serde_json::Value;

use super::artefacts::Artefacts;
use super::fault::{Detector, Fault};
use super::monitoring::Monitoring;
use super::promql::{Expr, Grouping};
use super::query;
use super::relabel::job_of;
use super::rule::Rule;
use super::tree::Tree;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "job that nobody scrapes",
        numbers: &[11],
        find: unscraped_job,
        bad: &[
            "=== m/prometheus/prometheus.yaml\nscrape_configs: [{ job_name: web }]\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'up{job=\"api\"} == 0' }] }]",
            "=== m/prometheus/prometheus.yaml\nscrape_configs: [{ job_name: pods, relabel_configs: [{ source_labels: [__meta_kubernetes_pod_label_app], target_label: job }] }]\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'up{job=\"api\"} == 0' }] }]",
        ],
        good: &[
            "=== m/prometheus/prometheus.yaml\nscrape_configs: [{ job_name: api }]\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'up{job=~\"api|web\"} == 0' }] }]",
        ],
    },
    Detector {
        name: "target that nobody runs",
        numbers: &[],
        find: missing_target,
        bad: &[
            "=== m/prometheus/prometheus.yaml\nscrape_configs: [{ job_name: db, static_configs: [{ targets: ['db-exporter:9187'] }] }]\n=== compose.yaml\nservices: { db: { image: 'db:1' } }",
            "=== m/prometheus/prometheus.yaml\nscrape_configs: [{ job_name: api, dns_sd_configs: [{ names: [backend], port: 80 }] }]\n=== compose.yaml\nservices: { api: { image: 'api:1' } }",
        ],
        good: &[
            "=== m/prometheus/prometheus.yaml\nscrape_configs: [{ job_name: api, dns_sd_configs: [{ names: [api], port: 80 }] }, { job_name: platform/towel, static_configs: [{ targets: ['host.docker.internal:9100'] }] }]\n=== compose.yaml\nservices: { api: { image: 'api:1' } }",
        ],
    },
    Detector {
        name: "absent of something grouped",
        numbers: &[13],
        find: absent_of_groups,
        bad: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'absent(sum by (job) (up))' }] }]",
        ],
        good: &["=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'absent(sum(up))' }] }]"],
    },
    Detector {
        name: "availability without absence",
        numbers: &[14],
        find: blind_availability,
        bad: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'sum(rate(r_total{job=\"api\", status=~\"5..\"}[5m])) / sum(rate(r_total{job=\"api\"}[5m])) > 0.1' }, { alert: B, expr: 'absent(up{job=\"web\"})' }] }]",
        ],
        good: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'sum(rate(r_total{job=\"api\", status=~\"5..\"}[5m])) / sum(rate(r_total{job=\"api\"}[5m])) > 0.1' }, { alert: B, expr: 'absent(up{job=\"api\"} == 1)' }] }]",
        ],
    },
    Detector {
        name: "rules for Alertmanager, routes for Prometheus",
        numbers: &[15],
        find: exchanged,
        bad: &[
            "=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: a }, receivers: [{ name: a }], groups: [] }",
            "=== m/prometheus/prometheus.yaml\n{ scrape_configs: [], route: { receiver: a } }",
        ],
        good: &["=== m/alertmanager/alertmanager.yaml\n{ route: { receiver: a }, receivers: [{ name: a }] }"],
    },
    Detector {
        name: "rule file that nobody reads",
        numbers: &[16],
        find: unread_rules,
        bad: &[
            "=== m/prometheus/prometheus.yaml\n{ scrape_configs: [], rule_files: ['rules/*.yml'] }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ record: 'a:b', expr: up }] }]",
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ record: 'a:b', expr: up }] }]",
            "=== m/prometheus/prometheus.yaml\n{ scrape_configs: [], rule_files: ['rules/*.yaml'] }",
        ],
        good: &[
            "=== m/prometheus/prometheus.yaml\n{ scrape_configs: [], rule_files: ['/etc/prometheus/rules/*.yaml'] }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ record: 'a:b', expr: up }] }]",
        ],
    },
    Detector {
        name: "runbook that is not there",
        numbers: &[23],
        find: missing_runbook,
        bad: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: up, annotations: { runbook_url: 'https://x.example/blob/main/docs/platform/runbooks/A.md' } }] }]",
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: up }] }]",
        ],
        good: &[
            "=== docs/a.md\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: up, annotations: { runbook_url: 'https://x.example/blob/main/docs/a.md#now' } }] }]",
        ],
    },
    Detector {
        name: "alerts without an Alertmanager",
        numbers: &[24],
        find: unheard_rules,
        bad: &[
            "=== m/prometheus/prometheus.yaml\n{ scrape_configs: [], rule_files: ['rules/*.yaml'], alerting: { alertmanagers: [{ static_configs: [] }] } }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: up }] }]",
        ],
        good: &[
            "=== m/prometheus/prometheus.yaml\n{ scrape_configs: [], rule_files: ['rules/*.yaml'], alerting: { alertmanagers: [{ static_configs: [{ targets: ['a:9093'] }] }] } }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: up }] }]",
        ],
    },
];

fn unscraped_job(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for watch in artefacts.monitoring.iter().filter(|watch| watch.prometheus.is_some()) {
        let jobs = jobs(artefacts, watch);
        for (path, name, expression) in watch.expressions() {
            for selector in query::selectors(expression) {
                let asked = query::matchers(selector, "job").filter(|it| it.is_positive() && !it.value.contains('$'));
                for matcher in asked.filter(|it| !jobs.iter().any(|job| it.is_match(job))) {
                    faults.push(Fault::new(path, format!("{name}: nobody scrapes {matcher}")));
                }
            }
        }
    }
    faults
}

/// Every job that series of this Prometheus may be of.
fn jobs(artefacts: &Artefacts, watch: &Monitoring) -> BTreeSet<String> {
    let mut jobs = BTreeSet::new();
    for config in watch.config().at("scrape_configs").items() {
        let named: Vec<&Value> =
            config.at("relabel_configs").items().iter().filter(|it| it.at("target_label").text() == "job").collect();
        jobs.extend(config.at("static_configs").items().iter().filter_map(|it| it.at("labels.job").plain()));
        let replacements = named.iter().filter_map(|it| it.at("replacement").plain());
        jobs.extend(replacements.filter(|it| !it.contains('$')));
        jobs.extend(discovered(artefacts, watch, config));
        if named.is_empty() {
            jobs.insert(config.at("job_name").text().to_owned());
        }
    }
    jobs
}

/// The jobs of the pods that are discovered in the environment's own cluster.
fn discovered(artefacts: &Artefacts, watch: &Monitoring, config: &Value) -> BTreeSet<String> {
    let environment = watch.config().at("global.external_labels.environment").text();
    let of_pods = config.at("kubernetes_sd_configs").items().iter().any(|it| it.at("role").text() == "pod");
    let clusters =
        artefacts.clusters.iter().filter(|it| of_pods && (environment.is_empty() || it.environment == environment));
    clusters.flat_map(|cluster| cluster.pods()).filter_map(|pod| job_of(&pod, config)).collect()
}

fn missing_target(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for watch in &artefacts.monitoring {
        let environment = watch.config().at("global.external_labels.environment").text();
        let Some(compose) = compose_of(artefacts, watch, environment) else { continue };
        let elsewhere = ["localhost", "host.docker.internal"];
        for config in watch.config().at("scrape_configs").items() {
            let probes = config.at("metrics_path").text() == "/probe";
            let fixed =
                config.at("static_configs").items().iter().filter(|_| !probes).flat_map(|it| it.at("targets").items());
            let named = config.at("dns_sd_configs").items().iter().flat_map(|it| it.at("names").items());
            let hosts = fixed.chain(named).map(|it| it.text().split(':').next().unwrap_or_default());
            let missing = hosts.filter(|host| !elsewhere.contains(host) && compose.at("services").get(*host).is_none());
            faults.extend(
                missing.map(|host| {
                    Fault::new(&watch.folder, format!("`{host}` is scraped, and no container is called so"))
                }),
            );
        }
    }
    faults
}

/// The Compose file of an environment that no cluster runs.
fn compose_of<'a>(artefacts: &'a Artefacts, watch: &Monitoring, environment: &str) -> Option<&'a Value> {
    let clustered = artefacts.clusters.iter().any(|it| it.environment == environment);
    let named = |wanted: String| artefacts.composes().find(|(path, _)| *path == wanted);
    let own =
        named(format!("{}/compose.yaml", watch.folder)).or_else(|| named(format!("deploy/compose/{environment}.yaml")));
    let own = own.or_else(|| artefacts.composes().find(|(path, _)| *path == "compose.yaml"));
    own.map(|(_, document)| document).filter(|_| !clustered)
}

fn absent_of_groups(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, name, expression) in artefacts.monitoring.iter().flat_map(Monitoring::expressions) {
        for (above, it) in query::all(expression) {
            let grouped = matches!(it, Expr::Aggregate { grouping: Grouping::Only(by), .. } if !by.is_empty());
            let in_absent = above.iter().any(|it| query::function(it).is_some_and(|it| it.starts_with("absent")));
            faults.extend(
                (grouped && in_absent)
                    .then(|| Fault::new(path, format!("{name}: a group that is missing leaves others there"))),
            );
        }
    }
    faults
}

fn blind_availability(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for watch in &artefacts.monitoring {
        for rule in watch.alerts() {
            for service in failing_services(rule, watch) {
                // Where the gateway counts, a service that is gone is one whose requests fail; the gateway itself may be gone.
                let counter = if service.by_gateway { "towel" } else { &service.name };
                if !watch.alerts().any(|other| notices_absence(other, counter)) {
                    faults.push(rule.at(&format!("no alert says when `{counter}` is not there at all")));
                }
            }
        }
    }
    faults
}

/// A service, and who counts its requests.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Counted {
    name: String,
    by_gateway: bool,
}

/// Of which services a rule asks the share of failed requests.
fn failing_services(rule: &Rule, watch: &Monitoring) -> BTreeSet<Counted> {
    let about_failures = watch.resolved(&rule.expression).into_iter().flat_map(query::selectors).any(|it| {
        let failed = |label| query::matchers(it, label).any(|it| it.value.starts_with('5'));
        failed("status") || failed("code")
    });
    let selectors = query::selectors(&rule.expression).into_iter().filter(|_| about_failures);
    let services = selectors.flat_map(|it| ["job", "backend"].map(|label| query::matchers(it, label)));
    services.flatten().map(|it| Counted { name: it.value.clone(), by_gateway: it.label == "backend" }).collect()
}

fn notices_absence(rule: &Rule, service: &str) -> bool {
    let about = query::selectors(&rule.expression).into_iter().any(|it| {
        let job = format!("platform/{service}");
        it.matchers.iter().any(|it| (it.is_match(service) || it.is_match(&job)) && it.is_positive())
    });
    let absent = query::all(&rule.expression).into_iter().any(|(_, it)| {
        query::function(it).is_some_and(|it| it.starts_with("absent"))
            || matches!(it, Expr::Selector(it) if it.name == "up")
    });
    about && absent
}

fn exchanged(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    let wrong = |file: &Option<(String, Value)>, keys: &[&str]| {
        let (path, document) = file.as_ref()?;
        let key = keys.iter().find(|key| document.get(**key).is_some())?;
        Some(Fault::new(path, format!("`{key}` belongs into another file")))
    };
    for watch in &artefacts.monitoring {
        faults.extend(wrong(&watch.alertmanager, &["groups", "rule_files", "scrape_configs"]));
        faults.extend(wrong(&watch.prometheus, &["route", "receivers", "groups", "inhibit_rules"]));
    }
    faults
}

fn unread_rules(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for watch in &artefacts.monitoring {
        let patterns: Vec<&str> = watch.config().at("rule_files").items().iter().map(Tree::text).collect();
        let unread = watch.rule_files.iter().filter(|file| !patterns.iter().any(|pattern| matches(pattern, file)));
        faults.extend(unread.map(|file| Fault::new(file, "no `rule_files` of this folder's Prometheus matches it")));
        let idle = patterns.iter().filter(|pattern| !watch.rule_files.iter().any(|file| matches(pattern, file)));
        faults.extend(idle.map(|pattern| Fault::new(&watch.folder, format!("`{pattern}` matches no file"))));
    }
    faults
}

/// Whether a pattern, seen from wherever Prometheus runs, means a file: by its name and its folder's.
fn matches(pattern: &str, file: &str) -> bool {
    let last_two = |path: &str| -> Vec<String> { path.rsplit('/').take(2).map(ToOwned::to_owned).collect() };
    let (pattern, file) = (last_two(pattern), last_two(file));
    pattern.iter().zip(&file).all(|(pattern, part)| match pattern.split_once('*') {
        Some((before, after)) => part.starts_with(before) && part.ends_with(after),
        None => pattern == part,
    })
}

fn missing_runbook(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for rule in artefacts.monitoring.iter().flat_map(Monitoring::alerts) {
        let Some(url) = rule.annotations.get("runbook_url") else {
            faults.push(rule.at("has no runbook"));
            continue;
        };
        let page = url.split('#').next().and_then(|url| url.find("docs/").map(|place| &url[place..]));
        if !page.is_some_and(|page| artefacts.has(page)) {
            faults.push(rule.at(&format!("`{url}` leads nowhere")));
        }
    }
    faults
}

fn unheard_rules(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for watch in artefacts.monitoring.iter().filter(|watch| watch.alerts().next().is_some()) {
        let targets = watch.config().at("alerting.alertmanagers").items().iter().filter(|it| {
            let fixed = it.at("static_configs").items().iter().any(|it| it.at("targets").is_given());
            fixed || it.entries().any(|(key, value)| key.ends_with("_sd_configs") && value.is_given())
        });
        if let (0, Some((path, _))) = (targets.count(), &watch.prometheus) {
            faults.push(Fault::new(path, "has alerts, and nobody to tell"));
        }
    }
    faults
}
