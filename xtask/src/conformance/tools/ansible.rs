//! Ansible: whether playbooks can be read, and what ansible-lint has against them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::call::Told;
use super::rendered::Rendered;
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const SYNTAX: &str = "ansible-playbook";
const LINT: &str = "ansible-lint";
const PLAYBOOKS: [&str; 1] = ["deploy/ansible/playbook.yaml"];
const INVENTORIES: [&str; 2] = ["inventory.yaml", "inventory.ini"];

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let folders = folders(rendered)?;
    let syntax = Report::of(SYNTAX, folders.len(), || {
        let mut verdicts = Vec::new();
        for folder in &folders {
            let inventory = INVENTORIES.iter().find(|name| folder.join(name).exists()).copied().unwrap_or("localhost,");
            let call = toolbox.call(SYNTAX)?.within(folder).with("ANSIBLE_NOCOLOR", "1");
            let told = call.args(["--syntax-check", "-i", inventory, "playbook.yaml"]).run()?;
            verdicts.extend(complaint(&told).map(|what| Verdict::new(SYNTAX, folder.join("playbook.yaml"), "", what)));
        }
        Ok(verdicts)
    })?;
    let linted = Report::of(LINT, folders.len(), || {
        let mut verdicts = Vec::new();
        for folder in &folders {
            let call =
                toolbox.call(LINT)?.within(folder).args(["--offline", "-q", "--format", "json", "playbook.yaml"]);
            match call.json()? {
                Ok(answer) => verdicts.extend(read(folder, &answer)?),
                Err(what) => verdicts.push(Verdict::new(LINT, folder.join("playbook.yaml"), "unreadable", what)),
            }
        }
        Ok(verdicts)
    })?;
    Ok(vec![syntax, linted])
}

/// Each different folder once: both tools take seconds, and playbooks of several products are alike.
fn folders(rendered: &[Rendered]) -> Result<Vec<PathBuf>> {
    let mut seen = HashSet::new();
    let mut folders = Vec::new();
    for one in rendered {
        let mut content = Vec::new();
        for name in one.names(&["deploy/ansible/**"]) {
            content
                .push((name, std::fs::read(one.root().join(name)).with_context(|| format!("cannot read `{name}`"))?));
        }
        if seen.insert(content) {
            folders.extend(one.folders(&PLAYBOOKS));
        }
    }
    Ok(folders)
}

fn complaint(told: &Told) -> Option<String> {
    (!told.succeeded || told.err.contains("[WARNING]") || told.err.contains("[DEPRECATION")).then(|| told.all())
}

fn read(folder: &Path, answer: &Value) -> Result<Vec<Verdict>> {
    let found = answer.as_array().context("ansible-lint lists nothing")?;
    let verdict = |one: &Value| {
        let text = |key: &str| one[key].as_str().unwrap_or_default();
        let place = &one["location"];
        let line = [&place["lines"]["begin"], &place["positions"]["begin"]["line"]].into_iter().find_map(Value::as_u64);
        let file = folder.join(place["path"].as_str().unwrap_or_default());
        Verdict::new(
            LINT,
            file,
            text("check_name"),
            format!("line {}: {}", line.unwrap_or_default(), text("description")),
        )
    };
    Ok(found.iter().map(verdict).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_warning_is_a_complaint_even_when_it_succeeds() {
        let told = |err: &str| Told { succeeded: true, out: "playbook: playbook.yaml".to_owned(), err: err.to_owned() };
        assert_eq!(complaint(&told("")), None);
        assert!(complaint(&told("[WARNING]: Could not match supplied host pattern")).is_some());
    }

    #[test]
    fn an_issue_is_placed_by_lines_or_positions() {
        let one = |location: Value| json!([{ "check_name": "fqcn", "description": "use it", "location": location }]);
        for place in [
            json!({ "path": "p.yaml", "lines": { "begin": 6 } }),
            json!({ "path": "p.yaml", "positions": { "begin": { "line": 6 } } }),
        ] {
            let verdicts = read(Path::new("/a"), &one(place)).unwrap();
            assert_eq!(verdicts[0].to_string(), "/a/p.yaml: ansible-lint[fqcn]: line 6: use it");
        }
    }
}
