//! Rules of Prometheus.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fault::Fault;
use super::promql::{self, Expr};
use super::tree::Tree;
use super::unit;

/// An alert, or a recorded series.
pub(super) struct Rule {
    pub(super) path: String,
    /// Seconds between evaluations, where its group says.
    pub(super) interval: Option<f64>,
    pub(super) name: String,
    pub(super) is_alert: bool,
    /// As it is written.
    pub(super) text: String,
    pub(super) expression: Expr,
    /// Seconds of `for`.
    pub(super) hold: f64,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) annotations: BTreeMap<String, String>,
}

impl Rule {
    /// As a fault names it.
    pub(super) fn at(&self, what: &str) -> Fault {
        Fault::new(&self.path, format!("{}: {what}", self.name))
    }
}

/// Whether a document has rules.
pub(super) fn has_rules(document: &Value) -> bool {
    document.at("groups").items().iter().any(|group| group.get("rules").is_some())
}

/// The rules of a document.
pub(super) fn rules(path: &str, document: &Value) -> (Vec<Rule>, Vec<Fault>) {
    let (mut rules, mut broken) = (Vec::new(), Vec::new());
    for group in document.at("groups").items() {
        let interval = unit::seconds(group.at("interval").text());
        for rule in group.at("rules").items() {
            match read(path, interval, rule) {
                Ok(rule) => rules.push(rule),
                Err(error) => broken.push(Fault::new(path, error)),
            }
        }
    }
    (rules, broken)
}

fn read(path: &str, interval: Option<f64>, rule: &Value) -> Result<Rule, String> {
    let is_alert = rule.get("alert").is_some();
    let name = rule.at(if is_alert { "alert" } else { "record" }).text().to_owned();
    let text = rule.at("expr").plain().unwrap_or_default();
    let expression = promql::read(&text).map_err(|error| format!("{name}: `{text}` is no PromQL: {error}"))?;
    let pairs = |field: &str| -> BTreeMap<String, String> {
        let entries = rule.at(field).entries();
        entries.map(|(key, value)| (key.to_owned(), value.plain().unwrap_or_default())).collect()
    };
    Ok(Rule {
        path: path.to_owned(),
        interval,
        name,
        is_alert,
        text,
        expression,
        hold: unit::seconds(rule.at("for").text()).unwrap_or(0.0),
        labels: pairs("labels"),
        annotations: pairs("annotations"),
    })
}
