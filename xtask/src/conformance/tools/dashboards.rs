//! promtool over Grafana dashboards: what panels ask must be PromQL, and panels must not lie on each other.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::prometheus::complaint;
use super::rendered::{Rendered, all};
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const TOOL: &str = "dashboards";
const DASHBOARDS: [&str; 1] = ["deploy/monitoring/**/grafana/**/*.json"];

/// What Grafana puts in place of its own variables.
const INTERVALS: [&str; 5] = ["$__rate_interval", "${__rate_interval}", "$__interval", "$__range", "${__range}"];

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let files = all(rendered, &DASHBOARDS);
    let report = Report::of(TOOL, files.len(), || {
        let mut verdicts = Vec::new();
        for file in &files {
            verdicts.extend(judge_one(toolbox, file)?);
        }
        Ok(verdicts)
    })?;
    Ok(vec![report])
}

fn judge_one(toolbox: &Toolbox, file: &PathBuf) -> Result<Vec<Verdict>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    // What is no JSON is another judge's verdict.
    let Ok(dashboard) = serde_json::from_str::<Value>(&text) else { return Ok(Vec::new()) };
    let panels = panels(&dashboard);
    let mut verdicts = shape(file, &dashboard, &panels);
    let asked: Vec<String> = panels.iter().flat_map(|panel| questions(panel)).collect();
    let rule = |(number, expr)| json!({ "record": format!("dashboard:panel:{number}"), "expr": expr });
    let rules: Vec<Value> = asked.iter().enumerate().map(rule).collect();
    if !rules.is_empty() {
        let rules_file = toolbox.scratch("dashboards")?.join("rules.yaml");
        std::fs::write(&rules_file, json!({ "groups": [{ "name": "dashboard", "rules": rules }] }).to_string())?;
        let told = toolbox.call("promtool")?.args(["check", "rules"]).arg(&rules_file).run()?;
        verdicts.extend(complaint(&told).map(|what| Verdict::new(TOOL, file, "promql", what)));
    }
    Ok(verdicts)
}

/// All panels, those in rows too.
fn panels(dashboard: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    for panel in dashboard["panels"].as_array().into_iter().flatten() {
        found.push(panel);
        found.extend(panel["panels"].as_array().into_iter().flatten());
    }
    found
}

fn questions(panel: &Value) -> Vec<String> {
    let targets = panel["targets"].as_array().into_iter().flatten();
    let prometheus = targets.filter(|target| !is_loki(target) && !is_loki(panel));
    let asked = prometheus.filter_map(|target| target["expr"].as_str());
    asked.map(|expr| INTERVALS.iter().fold(expr.to_owned(), |expr, name| expr.replace(name, "5m"))).collect()
}

fn is_loki(value: &Value) -> bool {
    let source = &value["datasource"];
    [source, &source["type"], &source["uid"]].iter().any(|name| name.as_str().is_some_and(|name| name.contains("loki")))
}

fn shape(file: &Path, dashboard: &Value, panels: &[&Value]) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let mut complain = |rule: &str, what: String| verdicts.push(Verdict::new(TOOL, file, rule, what));
    for key in ["uid", "title"] {
        if dashboard[key].as_str().is_none_or(str::is_empty) {
            complain("nameless", format!("it has no `{key}`"));
        }
    }
    for (at, panel) in panels.iter().enumerate() {
        for other in &panels[..at] {
            if panel["id"] == other["id"] {
                complain(
                    "id-taken",
                    format!("{} and {} have the same id {}", other["title"], panel["title"], panel["id"]),
                );
            }
            if overlap(&panel["gridPos"], &other["gridPos"]) {
                complain("overlap", format!("{} lies on {}", panel["title"], other["title"]));
            }
        }
    }
    verdicts
}

fn overlap(one: &Value, other: &Value) -> bool {
    let meets = |start: &str, length: &str| {
        let (Some(a), Some(b)) = (one[start].as_i64(), other[start].as_i64()) else { return false };
        let (Some(long), Some(wide)) = (one[length].as_i64(), other[length].as_i64()) else { return false };
        a < b + wide && b < a + long
    };
    meets("x", "w") && meets("y", "h")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(id: u32, x: u32, expr: &str) -> Value {
        json!({ "id": id, "title": format!("p{id}"), "gridPos": { "x": x, "y": 0, "w": 12, "h": 8 }, "targets": [{ "expr": expr }] })
    }

    fn rules(dashboard: &Value) -> Vec<String> {
        shape(Path::new("d.json"), dashboard, &panels(dashboard)).into_iter().map(|verdict| verdict.rule).collect()
    }

    #[test]
    fn panels_that_overlap_or_share_an_id_are_found() {
        let good = json!({ "uid": "u", "title": "t", "panels": [panel(1, 0, "a"), panel(2, 12, "a")] });
        assert!(rules(&good).is_empty());
        let bad = json!({ "uid": "", "title": "t", "panels": [panel(1, 0, "a"), panel(1, 11, "a")] });
        assert_eq!(rules(&bad), ["nameless", "id-taken", "overlap"]);
    }

    #[test]
    fn questions_to_loki_are_not_promql() {
        let mut logs = panel(1, 0, "{service=\"a\"}");
        logs["datasource"] = json!({ "type": "loki", "uid": "x" });
        assert!(questions(&logs).is_empty());
        assert_eq!(questions(&panel(1, 0, "rate(a[$__rate_interval])")), ["rate(a[5m])"]);
    }
}
