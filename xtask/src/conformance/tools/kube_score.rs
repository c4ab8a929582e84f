//! kube-score: whether objects, together, do what they are meant to.

use anyhow::{Context, Result};
use serde_json::Value;

use super::kubernetes::Objects;
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const TOOL: &str = "kube-score";

/// The grade of a check without any complaint.
const ALL_OK: i64 = 10;

/// Each environment alone: it holds objects against each other, such as policies and pods.
pub(super) fn judge(toolbox: &Toolbox, objects: &[Objects]) -> Result<Report> {
    Report::of(TOOL, objects.len(), || {
        let mut verdicts = Vec::new();
        for one in objects {
            match toolbox.call(TOOL)?.args(["score", "--output-format", "json"]).arg(&one.file).json()? {
                Ok(answer) => verdicts.extend(read(&answer, one)?),
                Err(what) => verdicts.push(Verdict::new(TOOL, &one.origin, "unreadable", what)),
            }
        }
        Ok(verdicts)
    })
}

fn read(answer: &Value, objects: &Objects) -> Result<Vec<Verdict>> {
    let mut verdicts = Vec::new();
    // It writes `null` where there is no object that it knows.
    for object in answer.as_array().unwrap_or(&Vec::new()) {
        let name = object["object_name"].as_str().context("kube-score names no object")?;
        for check in object["checks"].as_array().into_iter().flatten() {
            let grade = check["grade"].as_i64().context("kube-score gives no grade")?;
            if check["skipped"] == true || grade >= ALL_OK {
                continue;
            }
            let rule = check["check"]["id"].as_str().unwrap_or_default();
            let what = format!("{name}: {}", comments(&check["comments"]));
            verdicts.push(Verdict::new(TOOL, &objects.origin, rule, what));
        }
    }
    Ok(verdicts)
}

fn comments(comments: &Value) -> String {
    let comments = comments.as_array().into_iter().flatten();
    let lines = comments.map(|comment| {
        let text = |key: &str| comment[key].as_str().unwrap_or_default();
        format!("{} {} ({})", text("path"), text("summary"), text("description")).trim().to_owned()
    });
    lines.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_grade_below_the_best_is_a_verdict() {
        let check = |id: &str, grade: i64, skipped: bool| json!({ "check": { "id": id }, "grade": grade, "skipped": skipped, "comments": [{ "path": "c", "summary": "s", "description": "d" }] });
        let checks = json!([
            check("bad", 1, false),
            check("almost", 7, false),
            check("good", 10, false),
            check("none", 0, true)
        ]);
        let answer = json!([{ "object_name": "Pod/v1/a", "checks": checks }]);
        let objects = Objects { origin: "o".into(), file: "f".into() };
        let verdicts = read(&answer, &objects).unwrap();
        assert_eq!(verdicts.iter().map(|verdict| verdict.rule.as_str()).collect::<Vec<_>>(), ["bad", "almost"]);
        assert_eq!(verdicts[0].to_string(), "o: kube-score[bad]: Pod/v1/a: c s (d)");
        assert!(read(&Value::Null, &objects).unwrap().is_empty());
    }
}
