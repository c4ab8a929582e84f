//! `towel check`: everything that is wrong with the file, for people, programs or code hosts.

use std::io::Write;
use std::path::Path;

use towel_check::{check as examine, check_all, check_each, explain, explanations};
use towel_model::{Model, Stack};
use towel_source::{Colour, Diagnostic, RuleText, Sources, Tool, human, in_order, json, sarif, summary};

use crate::exit::{Failure, Status};

/// What is asked for.
pub(crate) struct Wish<'a> {
    /// The product's file.
    pub(crate) file: &'a Path,
    /// Only this environment.
    pub(crate) env: Option<&'a str>,
    /// How to print what was found.
    pub(crate) format: Format,
    /// Print nothing when nothing was found.
    pub(crate) quiet: bool,
}

/// How to print what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Human(Colour),
    /// For programs.
    Json,
    /// For code hosts.
    Sarif,
}

/// Reads the file, runs all rules and prints what was found.
///
/// Ends with [`Status::Done`] (0) when there is no error, whatever the warnings; with [`Status::No`] (1)
/// when there are errors; and with [`Status::Usage`] (2) when the file is missing or unreadable, is no
/// UTF-8 text or no YAML, or has no such environment.
pub(crate) fn check(wish: &Wish<'_>, out: &mut dyn Write) -> anyhow::Result<Status> {
    let checked = Checked::of(wish)?;
    match wish.format {
        Format::Human(colour) => checked.tell(wish, colour, out)?,
        Format::Json => out.write_all(json(&checked.found, &checked.sources).as_bytes())?,
        Format::Sarif => {
            let uri = env!("CARGO_PKG_REPOSITORY");
            let tool = Tool { name: "towel", version: env!("CARGO_PKG_VERSION"), uri, rules: rules(uri) };
            out.write_all(sarif(&checked.found, &checked.sources, &tool).as_bytes())?;
        }
    }
    Ok(checked.status)
}

/// A file with everything that was found in it.
struct Checked {
    sources: Sources,
    found: Vec<Diagnostic>,
    status: Status,
    stacks: Vec<Stack>,
}

impl Checked {
    fn of(wish: &Wish<'_>) -> anyhow::Result<Self> {
        let mut sources = Sources::new();
        let (file, not_utf8) = sources.add_bytes(wish.file.display().to_string(), bytes(wish.file)?);
        if let Some(not_utf8) = not_utf8 {
            return Ok(Self { sources, found: vec![not_utf8], status: Status::Usage, stacks: Vec::new() });
        }
        let reading = towel_model::read(&sources, file);
        let mut found = reading.diagnostics;
        let Some(model) = reading.model else {
            return Ok(Self { sources, found: in_order(found), status: Status::Usage, stacks: Vec::new() });
        };
        let stacks = stacks(&model, wish.env)?;
        found.extend(match wish.env {
            Some(_) => stacks.iter().flat_map(examine).collect(),
            None if stacks.len() == model.environments().len() => check_all(&stacks),
            None => check_each(&stacks),
        });
        let found = in_order(found);
        let status = if found.iter().any(Diagnostic::is_error) { Status::No } else { Status::Done };
        Ok(Self { sources, found, status, stacks })
    }

    fn tell(&self, wish: &Wish<'_>, colour: Colour, out: &mut dyn Write) -> anyhow::Result<()> {
        out.write_all(human(&self.found, &self.sources, colour).as_bytes())?;
        match summary(&self.found) {
            Some(line) => {
                writeln!(out, "{line}")?;
                if let Some(code) = self.worst_explained() {
                    writeln!(out, "help: `towel explain {code}` shows why it matters and how it is mended")?;
                }
            }
            None if wish.quiet => {}
            None => writeln!(out, "{}: no faults in {}", wish.file.display(), extent(&self.stacks))?,
        }
        Ok(())
    }

    /// The code of the first among the worst findings that has a page.
    fn worst_explained(&self) -> Option<&str> {
        let explained = self.found.iter().filter(|found| explain(&found.code).is_some());
        explained.min_by_key(|found| found.severity).map(|found| found.code.as_ref())
    }
}

fn bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).map_err(|error| {
        let name = file.display();
        match error.kind() {
            std::io::ErrorKind::NotFound => Failure::usage(format!("there is no file `{name}`"))
                .help("go to the folder of your `towel.yaml`, or name the file with `--file`"),
            _ => Failure::usage(format!("`{name}` cannot be read: {error}")),
        }
        .into()
    })
}

/// The stacks that could be made: of all environments, or of the one that is asked for.
fn stacks(model: &Model, env: Option<&str>) -> anyhow::Result<Vec<Stack>> {
    let Some(env) = env else {
        let names = model.environments().iter().map(|environment| environment.name.as_str());
        return Ok(names.filter_map(|name| model.stack(name).0).collect());
    };
    let (stack, unknown) = model.stack(env);
    if let Some(unknown) = unknown.into_iter().next() {
        let advice = [unknown.help, unknown.notes].concat().join("; ");
        return Err(Failure::usage(unknown.message).help(advice).into());
    }
    Ok(stack.into_iter().collect())
}

/// `2 services and 1 datastore in 3 environments`.
fn extent(stacks: &[Stack]) -> String {
    let most = |count: fn(&Stack) -> usize| stacks.iter().map(count).max().unwrap_or(0);
    let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    format!(
        "{} and {} in {}",
        counted(most(|stack| stack.services.len()), "service"),
        counted(most(|stack| stack.datastores.len()), "datastore"),
        counted(stacks.len(), "environment")
    )
}

fn rules(uri: &str) -> Vec<RuleText<'static>> {
    let all = explanations().into_iter();
    all.map(|explanation| RuleText {
        code: explanation.code,
        summary: explanation.summary,
        page: explain(explanation.code).unwrap_or(explanation.summary),
        uri: Some(format!("{uri}/blob/main/docs/rules.md#{}", explanation.code)),
        severity: explanation.severity,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = "towel: 1\nname: shop\nservices: { api: { run: ./api } }\n";

    fn run(text: &[u8], env: Option<&str>, format: Format) -> (anyhow::Result<Status>, String) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("towel.yaml");
        std::fs::write(&file, text).unwrap();
        let mut out = Vec::new();
        let ended = check(&Wish { file: &file, env, format, quiet: false }, &mut out);
        (ended, String::from_utf8(out).unwrap())
    }

    fn ended(text: &str) -> (Status, String) {
        let (ended, out) = run(text.as_bytes(), None, Format::Human(Colour::None));
        (ended.unwrap(), out)
    }

    #[test]
    fn a_sound_file_ends_with_0_and_says_how_much_was_looked_at() {
        let (status, out) = ended(SOUND);
        assert_eq!(status, Status::Done);
        assert!(out.ends_with("no faults in 1 service and 0 datastores in 1 environment\n"), "{out}");
    }

    #[test]
    fn warnings_alone_end_with_0() {
        let (status, out) = ended(&format!("{SOUND}secrets: {{ old: {{}} }}\n"));
        assert_eq!(status, Status::Done);
        assert!(out.contains("warning[unused-secret]") && out.contains("\nwarning: 1 warning\n"), "{out}");
    }

    #[test]
    fn an_error_ends_with_1_and_its_page_is_pointed_at() {
        let (status, out) = ended(&SOUND.replace("./api", "./api, needs: [db]"));
        assert_eq!(status, Status::No);
        assert!(out.contains("error[unknown-need]") && out.contains("`towel explain unknown-need`"), "{out}");
    }

    #[test]
    fn text_that_is_no_yaml_or_no_utf8_ends_with_2_and_points_at_the_place() {
        let (status, out) = ended("towel: [1\n");
        assert_eq!(status, Status::Usage);
        assert!(out.contains("towel.yaml:1:8"), "{out}");
        let (status, out) = run(b"towel: \xff\n", None, Format::Human(Colour::None));
        assert_eq!(status.unwrap(), Status::Usage);
        assert!(out.contains("error[not-utf8]"), "{out}");
    }

    #[test]
    fn a_missing_file_or_environment_is_wrong_usage() {
        let missing = Wish { file: Path::new("/nowhere/towel.yaml"), env: None, format: Format::Json, quiet: false };
        let error = check(&missing, &mut Vec::new()).unwrap_err();
        assert_eq!(error.downcast::<Failure>().unwrap().status, Status::Usage);
        let (ended, _) = run(SOUND.as_bytes(), Some("moon"), Format::Json);
        assert_eq!(ended.unwrap_err().downcast::<Failure>().unwrap().status, Status::Usage);
    }

    #[test]
    fn one_environment_is_checked_without_the_faults_of_others() {
        let text = "towel: 1\nname: shop\nservices: { api: { image: api:latest } }\n\
            environments: { dev: {}, staging: {} }\n";
        let (of_all, _) = run(text.as_bytes(), None, Format::Json);
        let (of_dev, _) = run(text.as_bytes(), Some("dev"), Format::Json);
        assert_eq!((of_all.unwrap(), of_dev.unwrap()), (Status::No, Status::Done));
    }

    #[test]
    fn programs_and_code_hosts_get_valid_json_whatever_was_found() {
        for text in [SOUND, "towel: [1\n", "towel: 1\n"] {
            let (_, out) = run(text.as_bytes(), None, Format::Json);
            let report: serde_json::Value = serde_json::from_str(&out).unwrap();
            assert!(report["diagnostics"].is_array(), "{out}");
            let (_, out) = run(text.as_bytes(), None, Format::Sarif);
            let log: serde_json::Value = serde_json::from_str(&out).unwrap();
            let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
            assert_eq!(rules.len(), explanations().len(), "every rule is described");
        }
    }
}
