//! zizmor: how workflows and Dependabot could be abused.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::actionlint::WORKFLOWS;
use super::call::{Call, answers};
use super::json_schema::DEPENDABOT;
use super::rendered::{Rendered, all};
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const TOOL: &str = "zizmor";

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let mut files = all(rendered, &WORKFLOWS);
    files.extend(all(rendered, &DEPENDABOT));
    let report = Report::of(TOOL, files.len(), || {
        let call = toolbox.call(TOOL)?.args(["--offline", "--quiet", "--no-exit-codes", "--strict-collection"]);
        let call = call.args(["--format", "json"]);
        answers(TOOL, &files, |batch| Call::args(call.clone(), batch), read)
    })?;
    Ok(vec![report])
}

fn read(answer: &Value) -> Result<Vec<Verdict>> {
    answer.as_array().context("zizmor lists nothing")?.iter().map(read_one).collect()
}

fn read_one(found: &Value) -> Result<Verdict> {
    let locations = found["locations"].as_array().context("zizmor names no place")?;
    let main = locations.iter().find(|place| place["symbolic"]["kind"] == "Primary").or(locations.first());
    let main = main.context("zizmor names no place")?;
    let file = main["symbolic"]["key"]["Local"]["verbatim_path"].as_str().unwrap_or_default();
    ensure!(!file.is_empty(), "zizmor names no file: {found}");
    // It counts rows from nought.
    let line = main["concrete"]["location"]["start_point"]["row"].as_u64().unwrap_or_default() + 1;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let severity = text(&found["determinations"]["severity"]);
    let what = format!("line {line}: {} ({}, {severity})", text(&found["desc"]), text(&main["symbolic"]["annotation"]));
    Ok(Verdict::new(TOOL, file, &text(&found["ident"]), what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_finding_is_placed_where_its_main_location_is() {
        let place = |kind: &str, row: u32| {
            json!({
                "symbolic": { "key": { "Local": { "verbatim_path": "a.yaml" } }, "annotation": "here", "kind": kind },
                "concrete": { "location": { "start_point": { "row": row } } },
            })
        };
        let found = json!([{
            "ident": "unpinned-uses", "desc": "not pinned", "determinations": { "severity": "High" },
            "locations": [place("Related", 1), place("Primary", 6)],
        }]);
        assert_eq!(
            read(&found).unwrap()[0].to_string(),
            "a.yaml: zizmor[unpinned-uses]: line 7: not pinned (here, High)"
        );
        assert!(read(&json!([{ "ident": "x" }])).is_err());
    }
}
