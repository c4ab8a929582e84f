//! One panel of a dashboard: what it asks, how it shows the answer, and what the answer means to a reader.

use serde_json::{Value, json};

/// Where panels read metrics: the variable that a dashboard's reader can change.
const METRICS: &str = "${datasource}";
/// Where panels read logs.
const LOGS: &str = "${logs}";

/// A panel before it has a place.
#[derive(Debug, Clone)]
pub(super) struct Panel {
    shape: Shape,
    title: String,
    description: String,
    unit: Unit,
    queries: Vec<Query>,
    steps: Vec<(f64, &'static str)>,
    base: &'static str,
    range: (Option<f64>, Option<f64>),
}

/// How a panel shows its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Graph,
    Stacked,
    Number,
    States,
    Heatmap,
    Table,
    Logs,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Count,
    PerSecond,
    RequestsPerSecond,
    Seconds,
    Share,
    Bytes,
    BytesPerSecond,
    Cores,
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Count => "short",
            Self::PerSecond => "ops",
            Self::RequestsPerSecond => "reqps",
            Self::Seconds => "s",
            Self::Share => "percentunit",
            Self::Bytes => "bytes",
            Self::BytesPerSecond => "Bps",
            Self::Cores => "none",
        }
    }
}

#[derive(Debug, Clone)]
struct Query {
    expression: String,
    legend: String,
}

/// Means trouble soon.
pub(super) const ORANGE: &str = "orange";
/// Means trouble.
pub(super) const RED: &str = "red";
/// Only for orientation.
pub(super) const BLUE: &str = "blue";

impl Panel {
    /// Lines over time.
    pub(super) fn graph(title: impl Into<String>, unit: Unit) -> Self {
        Self::new(Shape::Graph, title, unit)
    }

    /// Areas over time, one on another.
    pub(super) fn stacked(title: impl Into<String>, unit: Unit) -> Self {
        Self::new(Shape::Stacked, title, unit)
    }

    /// The latest number.
    pub(super) fn number(title: impl Into<String>, unit: Unit) -> Self {
        Self::new(Shape::Number, title, unit)
    }

    /// One band for each series that is up (1) or down (0).
    pub(super) fn states(title: impl Into<String>) -> Self {
        Self::new(Shape::States, title, Unit::Count)
    }

    /// How often each duration occurs, over time; the query gives rates by `le`.
    pub(super) fn heatmap(title: impl Into<String>) -> Self {
        Self::new(Shape::Heatmap, title, Unit::Seconds)
    }

    /// The present series as rows.
    pub(super) fn table(title: impl Into<String>) -> Self {
        Self::new(Shape::Table, title, Unit::Count)
    }

    /// Lines of logs; its queries are LogQL.
    pub(super) fn logs(title: impl Into<String>) -> Self {
        Self::new(Shape::Logs, title, Unit::Count)
    }

    fn new(shape: Shape, title: impl Into<String>, unit: Unit) -> Self {
        let (title, description) = (title.into(), String::new());
        let range = match unit {
            Unit::Share => (Some(0.0), Some(1.0)),
            _ => (Some(0.0), None),
        };
        Self { shape, title, description, unit, queries: Vec::new(), steps: Vec::new(), base: "green", range }
    }

    /// What it means, for somebody who sees it for the first time.
    #[must_use]
    pub(super) fn about(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Asks `expression`; `legend` may hold `{{label}}`.
    #[must_use]
    pub(super) fn ask(mut self, expression: impl Into<String>, legend: impl Into<String>) -> Self {
        self.queries.push(Query { expression: expression.into(), legend: legend.into() });
        self
    }

    /// From `value` on, in `colour`; a line in graphs.
    #[must_use]
    pub(super) fn from(mut self, value: f64, colour: &'static str) -> Self {
        self.steps.push((value, colour));
        self
    }

    /// Bad below the first step.
    #[must_use]
    pub(super) fn rising_to_good(mut self) -> Self {
        self.base = RED;
        self
    }

    /// Without bounds of its axis: what it shows may be negative, or far below its greatest possible value.
    #[must_use]
    pub(super) fn unbounded(mut self) -> Self {
        self.range = (None, None);
        self
    }

    /// An axis that begins at nothing and ends where the numbers do.
    #[must_use]
    pub(super) fn open_ended(mut self) -> Self {
        self.range = (Some(0.0), None);
        self
    }

    /// Whether it is short: a number, or a few bands.
    pub(super) fn height(&self) -> u32 {
        match self.shape {
            Shape::Number => 4,
            Shape::States => 6,
            Shape::Graph | Shape::Stacked | Shape::Heatmap | Shape::Table => 8,
            Shape::Logs => 12,
        }
    }

    /// As Grafana reads it, at a place.
    pub(super) fn json(&self, id: u32, place: &Value) -> Value {
        let mut panel = json!({
            "id": id,
            "type": self.kind(),
            "title": self.title,
            "description": self.description,
            "datasource": self.datasource(),
            "gridPos": place,
            "targets": self.targets(),
        });
        let defaults = self.defaults();
        if defaults != json!({}) {
            panel["fieldConfig"] = json!({ "defaults": defaults, "overrides": [] });
        }
        panel["options"] = self.options();
        if self.shape == Shape::Table {
            // Which series there are is the answer; their value 1 and their time say nothing.
            panel["transformations"] = json!([
                { "id": "organize", "options": { "excludeByName": { "Time": true, "Value": true, "__name__": true } } }
            ]);
        }
        panel
    }

    const fn kind(&self) -> &'static str {
        match self.shape {
            Shape::Graph | Shape::Stacked => "timeseries",
            Shape::Number => "stat",
            Shape::States => "state-timeline",
            Shape::Heatmap => "heatmap",
            Shape::Table => "table",
            Shape::Logs => "logs",
        }
    }

    fn datasource(&self) -> Value {
        match self.shape {
            Shape::Logs => json!({ "type": "loki", "uid": LOGS }),
            _ => json!({ "type": "prometheus", "uid": METRICS }),
        }
    }

    fn targets(&self) -> Vec<Value> {
        let names = (b'A'..=b'Z').map(char::from).map(String::from);
        let more = (1..).map(|number: u32| format!("Q{number}"));
        let targets = self.queries.iter().zip(names.chain(more));
        targets.map(|(query, name)| self.target(query, &name)).collect()
    }

    fn target(&self, query: &Query, name: &str) -> Value {
        let mut target = json!({ "refId": name, "expr": query.expression });
        match self.shape {
            Shape::Logs => {}
            Shape::Table => {
                target["format"] = json!("table");
                target["instant"] = json!(true);
            }
            Shape::Heatmap => {
                target["format"] = json!("heatmap");
                target["legendFormat"] = json!("{{le}}");
            }
            Shape::Graph | Shape::Stacked | Shape::Number | Shape::States => {
                target["legendFormat"] = json!(query.legend);
            }
        }
        target
    }

    fn defaults(&self) -> Value {
        if matches!(self.shape, Shape::Logs | Shape::Heatmap | Shape::Table) {
            return json!({});
        }
        let mut defaults = json!({ "unit": self.unit.name() });
        // Without a limit of their own, Grafana gives numbers one at 80.
        if !self.steps.is_empty() || matches!(self.shape, Shape::Number | Shape::States) {
            defaults["thresholds"] = self.thresholds();
        }
        let (least, most) = self.range;
        least.into_iter().for_each(|least| defaults["min"] = json!(least));
        most.into_iter().for_each(|most| defaults["max"] = json!(most));
        match self.shape {
            Shape::Number | Shape::States => defaults["color"] = json!({ "mode": "thresholds" }),
            _ => defaults["custom"] = self.strokes(),
        }
        if self.shape == Shape::States {
            defaults["mappings"] = json!([{ "type": "value", "options": {
                "0": { "text": "Down", "color": "red", "index": 0 },
                "1": { "text": "Up", "color": "green", "index": 1 },
            } }]);
        }
        defaults
    }

    fn strokes(&self) -> Value {
        let mut custom = json!({ "fillOpacity": 10, "showPoints": "never" });
        if !self.steps.is_empty() {
            custom["thresholdsStyle"] = json!({ "mode": "dashed" });
        }
        if self.shape == Shape::Stacked {
            custom["fillOpacity"] = json!(40);
            custom["stacking"] = json!({ "mode": "normal", "group": "A" });
        }
        custom
    }

    fn thresholds(&self) -> Value {
        let base = json!({ "color": self.base, "value": null });
        let mut rising = self.steps.clone();
        rising.sort_by(|one, other| one.0.total_cmp(&other.0));
        let steps = rising.iter().map(|(value, colour)| json!({ "color": colour, "value": value }));
        json!({ "mode": "absolute", "steps": std::iter::once(base).chain(steps).collect::<Vec<_>>() })
    }

    fn options(&self) -> Value {
        match self.shape {
            Shape::Graph | Shape::Stacked => json!({ "tooltip": { "mode": "multi", "sort": "desc" } }),
            Shape::Number => json!({
                "reduceOptions": { "calcs": ["lastNotNull"], "fields": "", "values": false },
                "colorMode": "value",
                "graphMode": "area",
                "textMode": "auto",
            }),
            Shape::States => json!({
                "mergeValues": true,
                "showValue": "never",
                "rowHeight": 0.8,
                "legend": { "displayMode": "list", "placement": "bottom", "showLegend": true },
                "tooltip": { "mode": "single", "sort": "none" },
            }),
            Shape::Heatmap => json!({
                "calculate": false,
                "cellGap": 1,
                "color": { "mode": "scheme", "scheme": "Blues", "steps": 64, "fill": "dark-blue" },
                "yAxis": { "unit": "s", "axisPlacement": "left" },
                "legend": { "show": true },
                "tooltip": { "mode": "single", "showColorScale": false, "yHistogram": false },
            }),
            Shape::Table => json!({ "showHeader": true, "cellHeight": "sm" }),
            Shape::Logs => json!({
                "showTime": true,
                "wrapLogMessage": true,
                "enableLogDetails": true,
                "sortOrder": "Descending",
                "dedupStrategy": "none",
            }),
        }
    }
}
