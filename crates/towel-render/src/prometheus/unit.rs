//! Unit tests of rules: what makes each alert fire, and what does not.

use towel_check::CheckedStack;

use super::rules::{RuleFile, annotations};
use crate::alarm::{Alarm, Case, Firing};
use crate::quantity::window;
use crate::yaml::{Map, Yaml};

/// The unit tests of one file.
pub(super) fn document(stack: &CheckedStack, rules: &RuleFile) -> Yaml {
    let cases = rules.alarms.iter().flat_map(|alarm| alarm.cases.iter().map(move |case| (alarm, case)));
    let tests: Vec<Map> = cases.map(|(alarm, case)| test(stack, alarm, case)).collect();
    Map::new()
        .with("rule_files", vec![format!("../rules/{}.yaml", rules.name)])
        .with("evaluation_interval", "1m")
        .with("tests", tests)
        .into()
}

fn test(stack: &CheckedStack, alarm: &Alarm, case: &Case) -> Map {
    let fires: Vec<Map> = case.fires.iter().map(|firing| expected(stack, alarm, firing)).collect();
    let verb = if fires.is_empty() { "is silent" } else { "fires" };
    let series = case
        .series
        .iter()
        .map(|(series, values)| Map::new().with("series", series.clone()).with("values", values.clone()));
    let looked_at = Map::new()
        .with("eval_time", window(case.at))
        .with("alertname", alarm.name.clone())
        .unless_empty("exp_alerts", fires);
    Map::new()
        .with("name", format!("{} {verb}", alarm.name))
        .with("interval", "1m")
        .unless_empty("input_series", series.collect::<Vec<_>>())
        .with("alert_rule_test", vec![looked_at])
}

fn expected(stack: &CheckedStack, alarm: &Alarm, firing: &Firing) -> Map {
    let labels: Map = alarm.labels().into_iter().chain(firing.labels.iter().cloned()).collect();
    Map::new()
        .with("exp_labels", labels)
        .with("exp_annotations", annotations(alarm, stack, |text| expand(text, firing)))
}

/// What Prometheus makes of a text.
fn expand(text: &str, firing: &Firing) -> String {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{ ") {
        let Some((inside, after)) = after.split_once(" }}") else { break };
        expanded.push_str(before);
        match inside.strip_prefix("$labels.") {
            Some(label) => {
                let found = firing.labels.iter().find(|(name, _)| *name == label);
                expanded.push_str(found.map_or("", |(_, value)| value));
            }
            None => expanded.push_str(&firing.value),
        }
        rest = after;
    }
    expanded + rest
}
