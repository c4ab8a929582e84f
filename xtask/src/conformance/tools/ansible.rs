//! Ansible: whether playbooks can be read, and what ansible-lint has against them.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::call::{Call, Told, answers, together_then_alone};
use super::rendered::Rendered;
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const SYNTAX: &str = "ansible-playbook";
const LINT: &str = "ansible-lint";
const PLAYBOOKS: [&str; 1] = ["deploy/ansible/playbook.yaml"];
const INVENTORIES: [&str; 3] = ["inventory.yaml", "inventory.ini", "inventory.example.yaml"];

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let playbooks = playbooks(rendered)?;
    let call = toolbox.call(SYNTAX)?.with("ANSIBLE_NOCOLOR", "1").arg("--syntax-check");
    let syntax = Report::of(SYNTAX, playbooks.len(), || {
        let call = |batch: &[PathBuf]| call.clone().args(batch).args(inventories(batch));
        let found = together_then_alone(&playbooks, call, complaint)?;
        Ok(found.into_iter().map(|(file, what)| Verdict::new(SYNTAX, file, "", what)).collect())
    })?;
    let folder = toolbox.scratch("ansible")?;
    let call = toolbox.call(LINT)?.within(&folder).args(["--offline", "-q", "--format", "json"]);
    let linted = Report::of(LINT, playbooks.len(), || {
        answers(LINT, &playbooks, |batch| Call::args(call.clone(), batch), |answer| read(&folder, answer))
    })?;
    Ok(vec![syntax, linted])
}

/// Each different playbook once: ansible-lint takes a second for each, and those of several products differ in the name only.
fn playbooks(rendered: &[Rendered]) -> Result<Vec<PathBuf>> {
    let mut seen = HashSet::new();
    let mut playbooks = Vec::new();
    for one in rendered {
        let product = product(one);
        let mut content = Vec::new();
        for name in one.names(&["deploy/ansible/**"]) {
            let path = one.root().join(name);
            let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
            content.push((name, product.as_ref().map_or(text.clone(), |product| text.replace(product, "PRODUCT"))));
        }
        if seen.insert(content) {
            playbooks.extend(one.paths(&PLAYBOOKS));
        }
    }
    Ok(playbooks)
}

/// The product's name, as its Compose file gives it.
fn product(rendered: &Rendered) -> Option<String> {
    let compose = std::fs::read_to_string(rendered.root().join("compose.yaml")).ok()?;
    compose.lines().find_map(|line| line.strip_prefix("name: ")).map(|name| name.trim().to_owned())
}

fn inventories(playbooks: &[PathBuf]) -> Vec<OsString> {
    let beside =
        |playbook: &PathBuf| INVENTORIES.iter().map(|name| playbook.with_file_name(name)).find(|file| file.exists());
    let named = playbooks.iter().map(|playbook| beside(playbook).map_or("localhost,".into(), PathBuf::into_os_string));
    named.flat_map(|inventory| ["-i".into(), inventory]).collect()
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
    fn playbooks_that_differ_in_the_product_only_are_judged_once() {
        let folder = tempfile::tempdir().unwrap();
        let rendered = [("shop", "docker"), ("club", "docker"), ("bar", "podman")].map(|(product, package)| {
            let root = folder.path().join(product);
            std::fs::create_dir_all(root.join("deploy/ansible")).unwrap();
            std::fs::write(root.join("compose.yaml"), format!("name: {product}\n")).unwrap();
            std::fs::write(root.join("deploy/ansible/playbook.yaml"), format!("- {product} {package}\n")).unwrap();
            Rendered::read(&root).unwrap()
        });
        let found = playbooks(&rendered).unwrap();
        assert_eq!(found.iter().map(|file| file.starts_with(rendered[1].root())).collect::<Vec<_>>(), [false, false]);
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
