//! A dashboard: its name, its rows, and what its reader may choose.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use towel_model::Stack;

use super::grid::{Row, lay_out};
use crate::names;

/// A dashboard.
#[derive(Debug)]
pub(super) struct Dashboard {
    /// Its file's name without `.json`.
    pub(super) file: String,
    title: String,
    description: String,
    rows: Vec<Row>,
    services: Vec<String>,
    logs: bool,
}

/// Longest that Grafana takes.
const LONGEST_UID: usize = 40;

impl Dashboard {
    pub(super) fn new(file: impl Into<String>, title: impl Into<String>, description: impl Into<String>) -> Self {
        let (file, title, description) = (file.into(), title.into(), description.into());
        Self { file, title, description, rows: Vec::new(), services: Vec::new(), logs: false }
    }

    #[must_use]
    pub(super) fn row(mut self, row: Row) -> Self {
        self.rows.push(row);
        self
    }

    #[must_use]
    pub(super) fn rows(mut self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// Lets the reader choose some of `services`, as `$service` in its queries.
    #[must_use]
    pub(super) fn choosing(mut self, services: Vec<String>) -> Self {
        self.services = services;
        self
    }

    /// Has panels with logs.
    #[must_use]
    pub(super) fn with_logs(mut self) -> Self {
        self.logs = true;
        self
    }

    /// As Grafana reads it.
    pub(super) fn json(&self, stack: &Stack) -> Value {
        let (product, environment) = (stack.name.as_str(), stack.environment.name.as_str());
        json!({
            "uid": uid(&format!("{product}-{environment}-{}", self.file)),
            "title": format!("{} · {product} {environment}", self.title),
            "description": self.description,
            "tags": [tag(stack), "towel"],
            "schemaVersion": 39,
            "version": 1,
            "editable": true,
            // A pointer in one panel shows the same moment in all.
            "graphTooltip": 1,
            "timezone": stack.timezone.as_str(),
            "refresh": "30s",
            "time": { "from": "now-6h", "to": "now" },
            "templating": { "list": self.variables() },
            "annotations": { "list": [alerts()] },
            "links": links(stack),
            "panels": lay_out(&self.rows),
        })
    }

    fn variables(&self) -> Vec<Value> {
        let mut variables = vec![datasource("datasource", "Metrics", "prometheus", "Prometheus")];
        if self.logs {
            variables.push(datasource("logs", "Logs", "loki", "Loki"));
        }
        if !self.services.is_empty() {
            variables.push(choice(&self.services));
        }
        variables
    }
}

/// One for each environment of a product, so that its dashboards find each other.
fn tag(stack: &Stack) -> String {
    format!("{}-{}", stack.name.as_str(), stack.environment.name.as_str())
}

/// The same name always has the same, so that links to a dashboard stay good.
fn uid(name: &str) -> String {
    if name.len() <= LONGEST_UID {
        return name.to_owned();
    }
    let digest = Sha256::digest(name.as_bytes());
    let end: String = digest.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{end}", name[..LONGEST_UID - 1 - end.len()].trim_end_matches('-'))
}

fn datasource(name: &str, label: &str, kind: &str, title: &str) -> Value {
    json!({
        "name": name,
        "label": label,
        "type": "datasource",
        "query": kind,
        "current": { "text": title, "value": kind },
        "hide": 0,
        "includeAll": false,
        "multi": false,
        "options": [],
        "refresh": 1,
        "regex": "",
    })
}

fn choice(services: &[String]) -> Value {
    json!({
        "name": "service",
        "label": "Service",
        "type": "custom",
        "query": services.join(","),
        "current": { "text": ["All"], "value": ["$__all"] },
        "hide": 0,
        "includeAll": true,
        "multi": true,
        "options": [],
    })
}

/// Marks in all panels where an alert that wakes somebody fired.
fn alerts() -> Value {
    json!({
        "name": "Critical alerts",
        "datasource": { "type": "prometheus", "uid": "${datasource}" },
        "enable": true,
        "iconColor": "red",
        "expr": "ALERTS{alertstate=\"firing\", severity=\"critical\"}",
        "step": "60s",
        "titleFormat": "{{alertname}}",
    })
}

fn links(stack: &Stack) -> Vec<Value> {
    let mut links = vec![json!({
        "type": "dashboards",
        "title": "Dashboards of this environment",
        "tags": [tag(stack)],
        "asDropdown": true,
        "includeVars": false,
        "keepTime": true,
        "targetBlank": false,
    })];
    if let Some(url) = names::repository_url(stack) {
        links.push(json!({
            "type": "link",
            "title": "Runbooks and playbooks",
            "url": format!("{url}/blob/main/docs/platform/README.md"),
            "icon": "doc",
            "targetBlank": true,
        }));
    }
    links
}
