//! Terraform: form, and whether every argument is one that its provider knows.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::call::{Call, together_then_alone};
use super::prometheus::complaint;
use super::rendered::Rendered;
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const FMT: &str = "terraform fmt";
const VALIDATE: &str = "terraform";
const FILES: [&str; 1] = ["deploy/terraform/**/*.tf"];

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let mut folders: Vec<_> = rendered.iter().flat_map(|one| one.folders(&FILES)).collect();
    folders.sort();
    folders.dedup();
    let call = terraform(toolbox)?.args(["fmt", "-check", "-diff", "-no-color"]);
    let formed = Report::of(FMT, folders.len(), || {
        let found = together_then_alone(&folders, |batch| Call::args(call.clone(), batch), complaint)?;
        Ok(found.into_iter().map(|(file, what)| Verdict::new(FMT, file, "", what)).collect())
    })?;
    let roots: Vec<_> = folders.iter().filter(|folder| !is_called(folder)).collect();
    let valid = Report::of(VALIDATE, roots.len(), || {
        let mut verdicts = Vec::new();
        for (number, root) in roots.iter().enumerate() {
            verdicts.extend(validate(toolbox, root, number)?);
            verdicts.extend(values_without_variable(root)?);
        }
        Ok(verdicts)
    })?;
    Ok(vec![formed, valid])
}

/// Without a network: no checkpoint, and providers of our own.
fn terraform(toolbox: &Toolbox) -> Result<Call> {
    let call = toolbox.call("terraform")?.with("CHECKPOINT_DISABLE", "1").with("TF_IN_AUTOMATION", "1");
    Ok(call.with("TF_CLI_CONFIG_FILE", toolbox.share("terraform.rc")?))
}

/// A module that the folder above calls is validated with it.
fn is_called(folder: &Path) -> bool {
    let (Some(above), Some(name)) = (folder.parent(), folder.file_name()) else { return false };
    let called = format!("\"./{}\"", name.to_string_lossy());
    let Ok(entries) = std::fs::read_dir(above) else { return false };
    let files = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut terraform = files.filter(|file| file.extension().is_some_and(|extension| extension == "tf"));
    terraform.any(|file| std::fs::read_to_string(file).is_ok_and(|text| text.contains(&called)))
}

fn validate(toolbox: &Toolbox, root: &PathBuf, number: usize) -> Result<Vec<Verdict>> {
    let data = toolbox.scratch(&format!("terraform/{number}"))?;
    let call = terraform(toolbox)?.with("TF_DATA_DIR", data).within(root);
    let got = call.clone().args(["get", "-no-color"]).run()?;
    if !got.succeeded {
        return Ok(vec![Verdict::new(VALIDATE, root, "get", got.all())]);
    }
    match call.args(["validate", "-json"]).json()? {
        Ok(answer) => read(root, &answer),
        Err(what) => Ok(vec![Verdict::new(VALIDATE, root, "unreadable", what)]),
    }
}

fn read(root: &Path, answer: &Value) -> Result<Vec<Verdict>> {
    let found = answer["diagnostics"].as_array().context("terraform lists no diagnostics")?;
    let verdicts: Vec<_> = found
        .iter()
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap_or_default();
            let place = &one["range"];
            let file = place["filename"].as_str().map_or_else(|| root.to_owned(), |file| root.join(file));
            let line = place["start"]["line"].as_u64().map(|line| format!("line {line}: ")).unwrap_or_default();
            let what = format!("{line}{} ({})", text("detail"), text("severity"));
            Verdict::new(VALIDATE, file, text("summary"), what)
        })
        .collect();
    let valid = answer["valid"].as_bool().context("terraform does not say whether it is valid")?;
    anyhow::ensure!(valid || !verdicts.is_empty(), "terraform refuses without a reason: {answer}");
    Ok(verdicts)
}

/// Terraform looks at values only when it plans, and a value for no variable is then no more than a warning.
fn values_without_variable(root: &Path) -> Result<Vec<Verdict>> {
    let mut declared = String::new();
    let mut values = Vec::new();
    for entry in std::fs::read_dir(root).with_context(|| format!("cannot list `{}`", root.display()))? {
        let file = entry?.path();
        let kind = file.extension().unwrap_or_default().to_owned();
        if kind != "tf" && kind != "tfvars" {
            continue;
        }
        let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
        if kind == "tf" { declared.push_str(&text) } else { values.push((file, text)) }
    }
    let mut verdicts = Vec::new();
    for (file, text) in values {
        let named =
            text.lines().filter(|line| line.starts_with(char::is_alphabetic)).filter_map(|line| line.split_once('='));
        for name in named.map(|(name, _)| name.trim()) {
            if !declared.contains(&format!("variable \"{name}\"")) {
                verdicts.push(Verdict::new(
                    VALIDATE,
                    &file,
                    "value-without-variable",
                    format!("there is no variable `{name}`"),
                ));
            }
        }
    }
    Ok(verdicts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_diagnostic_is_placed_in_its_file() {
        let answer = json!({ "valid": false, "diagnostics": [{
            "severity": "error", "summary": "Unsupported argument", "detail": "no such thing",
            "range": { "filename": "aws/main.tf", "start": { "line": 7 } },
        }] });
        let verdicts = read(Path::new("/p"), &answer).unwrap();
        let expected = "/p/aws/main.tf: terraform[Unsupported argument]: line 7: no such thing (error)";
        assert_eq!(verdicts[0].to_string(), expected);
        assert!(read(Path::new("/p"), &json!({ "valid": false, "diagnostics": [] })).is_err());
    }

    #[test]
    fn a_module_that_is_called_is_not_a_root() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("aws")).unwrap();
        assert!(!is_called(&folder.path().join("aws")));
        std::fs::write(folder.path().join("main.tf"), "module \"aws\" {\n  source = \"./aws\"\n}\n").unwrap();
        assert!(is_called(&folder.path().join("aws")));
    }
}
