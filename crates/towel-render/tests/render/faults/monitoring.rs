//! What watches one environment: Prometheus, its rules, Alertmanager, and dashboards.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::fault::Fault;
use super::promql::{self, Expr};
use super::query;
use super::rule::{Rule, has_rules, rules};
use super::tree::Tree;
use super::unit;

/// What watches one environment.
#[derive(Default)]
pub(super) struct Monitoring {
    /// The folder that all of it stands in.
    pub(super) folder: String,
    pub(super) prometheus: Option<(String, Value)>,
    pub(super) alertmanager: Option<(String, Value)>,
    /// Files that have rules.
    pub(super) rule_files: Vec<String>,
    pub(super) rules: Vec<Rule>,
    /// Queries of dashboards.
    pub(super) panels: Vec<Panel>,
}

/// A query of a dashboard.
pub(super) struct Panel {
    pub(super) path: String,
    pub(super) title: String,
    pub(super) expression: Expr,
}

impl Monitoring {
    /// Every alert.
    pub(super) fn alerts(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| rule.is_alert)
    }

    /// What a recorded series is made of.
    pub(super) fn recorded(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| !rule.is_alert && rule.name == name)
    }

    /// Every expression, with where it stands.
    pub(super) fn expressions(&self) -> impl Iterator<Item = (&str, &str, &Expr)> {
        let rules = self.rules.iter().map(|rule| (rule.path.as_str(), rule.name.as_str(), &rule.expression));
        rules.chain(self.panels.iter().map(|panel| (panel.path.as_str(), panel.title.as_str(), &panel.expression)))
    }

    /// An expression and those that record what it asks for.
    pub(super) fn resolved<'m>(&'m self, expression: &'m Expr) -> Vec<&'m Expr> {
        let mut found = vec![expression];
        let mut next = 0;
        while let Some(expression) = found.get(next).copied() {
            for selector in query::selectors(expression) {
                let recorded = self.recorded(&selector.name).map(|rule| &rule.expression);
                if let Some(more) = recorded.filter(|more| !found.iter().any(|known| std::ptr::eq(*known, *more))) {
                    found.push(more);
                }
            }
            next += 1;
        }
        found
    }

    /// Prometheus' configuration.
    pub(super) fn config(&self) -> &Value {
        self.prometheus.as_ref().map_or(&Value::Null, |(_, config)| config)
    }

    /// Seconds between two scrapes of a job; Prometheus' own default is a minute.
    pub(super) fn scrape_interval(&self, job: Option<&str>) -> f64 {
        let config = self.config();
        let configs = config.at("scrape_configs").items();
        let own = configs.iter().find(|it| Some(it.at("job_name").text()) == job).map(|it| it.at("scrape_interval"));
        let own = own.and_then(|own| unit::seconds(own.text()));
        own.or_else(|| unit::seconds(config.at("global.scrape_interval").text())).unwrap_or(60.0)
    }
}

/// Everything that watches, by folder, and what of it cannot be read.
pub(super) fn watches(documents: &[(String, Value)]) -> (Vec<Monitoring>, Vec<Fault>) {
    let mut watches: BTreeMap<String, Monitoring> = BTreeMap::new();
    let mut broken = Vec::new();
    for (path, document) in documents {
        let Some(folder) = folder(path) else { continue };
        let watch = watches.entry(folder.to_owned()).or_default();
        folder.clone_into(&mut watch.folder);
        if document.get("scrape_configs").is_some() && document.get("clients").is_none() {
            watch.prometheus = Some((path.clone(), document.clone()));
        }
        if document.get("receivers").is_some() && document.get("route").is_some() {
            watch.alertmanager = Some((path.clone(), document.clone()));
        }
        if has_rules(document) {
            let (rules, errors) = rules(path, document);
            watch.rule_files.push(path.clone());
            watch.rules.extend(rules);
            broken.extend(errors);
        }
        if document.get("panels").is_some() {
            let (panels, errors) = panels(path, document);
            watch.panels.extend(panels);
            broken.extend(errors);
        }
    }
    (watches.into_values().collect(), broken)
}

/// The part of a path before the tool.
fn folder(path: &str) -> Option<&str> {
    let tools: BTreeSet<&str> = ["prometheus", "alertmanager", "grafana", "loki"].into();
    let mut end = 0;
    for part in path.split('/') {
        if tools.contains(part) {
            return Some(path[..end].trim_end_matches('/'));
        }
        end += part.len() + 1;
    }
    None
}

fn panels(path: &str, document: &Value) -> (Vec<Panel>, Vec<Fault>) {
    let (mut panels, mut broken) = (Vec::new(), Vec::new());
    let mut open: Vec<&Value> = document.at("panels").items().iter().collect();
    while let Some(panel) = open.pop() {
        open.extend(panel.at("panels").items());
        let of_logs = |it: &Value| it.at("datasource.type").text() == "loki";
        for target in panel.at("targets").items().iter().filter(|target| !of_logs(target) && !of_logs(panel)) {
            let title = panel.at("title").text().to_owned();
            let text = filled(target.at("expr").text());
            match promql::read(&text) {
                Ok(expression) => panels.push(Panel { path: path.to_owned(), title, expression }),
                Err(error) => broken.push(Fault::new(path, format!("{title}: `{text}` is no PromQL: {error}"))),
            }
        }
    }
    (panels, broken)
}

/// Grafana's own variables, as Grafana fills them in.
fn filled(text: &str) -> String {
    text.replace("$__rate_interval", "5m").replace("$__interval", "5m").replace("$__range", "6h")
}
