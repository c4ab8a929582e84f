//! Reads the product's file for commands that run it: all its environments, checked.

use std::path::Path;

use towel_check::{CheckedStack, admit, check_all};
use towel_model::{Class, EngineKind, Model};
use towel_source::{Colour, Diagnostic, Sources, human, in_order, summary};

use crate::exit::{Failure, Status};
use crate::project::Project;
use crate::show::Terminal;

/// The file as it was read.
pub(crate) struct Product {
    sources: Sources,
    model: Option<Model>,
    found: Vec<Diagnostic>,
}

impl Product {
    /// Reads the file. What is wrong with its text is told by [`Product::admit`].
    pub(crate) fn read(file: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read(file).map_err(|error| unreadable(file, &error))?;
        let mut sources = Sources::new();
        let (id, not_text) = sources.add_bytes(shown(file), text);
        if let Some(not_text) = not_text {
            return Ok(Self { sources, model: None, found: vec![not_text] });
        }
        let reading = towel_model::read(&sources, id);
        Ok(Self { sources, model: reading.model, found: reading.diagnostics })
    }

    /// The environment that is meant when none is named: the only one that this machine runs, or
    /// of several the only one of class dev.
    pub(crate) fn usual_environment(&self) -> anyhow::Result<String> {
        let Some(model) = &self.model else { return Err(self.refusal(&self.found)) };
        let local: Vec<_> =
            model.environments().iter().filter(|environment| *environment.engine == EngineKind::Local).collect();
        let dev: Vec<_> = local.iter().filter(|environment| *environment.class == Class::Dev).collect();
        match (local.as_slice(), dev.as_slice()) {
            ([only], _) => Ok(only.name.to_string()),
            (_, [only]) => Ok(only.name.to_string()),
            ([], _) => Err(Failure::usage("no environment of this file runs on this machine")
                .help("declare one, such as `dev: { class: dev, engine: local }`")
                .into()),
            _ => {
                let names: Vec<String> = local.iter().map(|environment| format!("`{}`", environment.name)).collect();
                Err(Failure::usage("several environments of this file run on this machine")
                    .help(format!("name one with `--env`: {}", names.join(", ")))
                    .into())
            }
        }
    }

    /// The checked stack of an environment; what was found is the error otherwise.
    pub(crate) fn admit(&self, environment: &str) -> anyhow::Result<CheckedStack> {
        let Some(model) = &self.model else { return Err(self.refusal(&self.found)) };
        let (stack, unknown) = model.stack(environment);
        if let (None, Some(unknown)) = (&stack, unknown.first()) {
            return Err(not_declared(unknown));
        }
        let Some(stack) = stack.filter(|_| !self.found.iter().any(Diagnostic::is_error)) else {
            return Err(self.refusal(&self.found));
        };
        match admit(stack) {
            Ok((checked, _warnings)) => Ok(checked),
            Err(found) => Err(self.refusal(&found)),
        }
    }

    /// The checked stacks of all environments, or of the one that is named, in the order of the file.
    pub(crate) fn admit_all(&self, only: Option<&str>) -> anyhow::Result<Vec<CheckedStack>> {
        let Some(model) = &self.model else { return Err(self.refusal(&self.found)) };
        if let Some(only) = only {
            return Ok(vec![self.admit(only)?]);
        }
        let names = model.environments().iter().map(|environment| environment.name.as_str());
        let stacks: Vec<_> = names.filter_map(|name| model.stack(name).0).collect();
        // All at once, so that one fault which several environments share is told once.
        let found: Vec<Diagnostic> = self.found.iter().cloned().chain(check_all(&stacks)).collect();
        if found.iter().any(Diagnostic::is_error) {
            return Err(self.refusal(&found));
        }
        let admitted = stacks.into_iter().map(|stack| admit(stack).map(|(checked, _)| checked));
        admitted.map(|stack| stack.map_err(|found| self.refusal(&found))).collect()
    }

    /// What was read, for messages that point into it.
    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The text of the file.
    pub(crate) fn text(&self) -> &str {
        self.sources.iter().next().map_or("", towel_source::Source::text)
    }

    /// Everything that was found, as one message.
    fn refusal(&self, found: &[Diagnostic]) -> anyhow::Error {
        let errors: Vec<Diagnostic> = found.iter().filter(|found| found.is_error()).cloned().collect();
        let colour = if Terminal::of_errors().colour { Colour::Ansi } else { Colour::None };
        let text = human(&in_order(errors.clone()), &self.sources, colour);
        let count = summary(&errors).unwrap_or_default();
        let count = count.trim_start_matches("error: ").to_owned();
        let status = if self.model.is_some() { Status::No } else { Status::Usage };
        Failure { status, message: format!("the file cannot be used: {count}\n\n{}", text.trim_end()), help: None }
            .into()
    }
}

/// The name of the file as a person in this folder would write it.
fn shown(file: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    file.strip_prefix(&here).unwrap_or(file).display().to_string()
}

fn unreadable(file: &Path, error: &std::io::Error) -> anyhow::Error {
    let name = shown(file);
    if error.kind() == std::io::ErrorKind::NotFound {
        return Failure::usage(format!("there is no file `{name}`"))
            .help("go to the folder that holds it, or name it with `--file`")
            .into();
    }
    Failure::usage(format!("`{name}` cannot be read: {error}")).into()
}

fn not_declared(unknown: &Diagnostic) -> anyhow::Error {
    let hints: Vec<&str> = unknown.help.iter().chain(&unknown.notes).map(String::as_str).collect();
    Failure::usage(&unknown.message).help(hints.join("; ")).into()
}

/// The environment's name: the one given, or the usual one. Faults in the file do not stand in
/// the way of looking at what runs here, nor of stopping it; those who need the file tell them.
pub(crate) fn environment(file: &Path, given: Option<&str>) -> anyhow::Result<String> {
    let started = started_here(file)?;
    if let Some(name) = given.filter(|name| started.iter().any(|known| known == name)) {
        return Ok(name.to_owned());
    }
    let product = Product::read(file)?;
    match (given, &product.model, started.as_slice()) {
        (Some(name), Some(model), _) => match model.stack(name).1.first() {
            Some(unknown) => Err(not_declared(unknown)),
            None => Ok(name.to_owned()),
        },
        (None, None, [only]) => Ok(only.clone()),
        (Some(_), None, _) => Err(product.refusal(&product.found)),
        (None, ..) => product.usual_environment(),
    }
}

/// Environments that were started here, whether or not they run now.
fn started_here(file: &Path) -> anyhow::Result<Vec<String>> {
    let states = Project::new(file, "any")?.state;
    let entries = states.parent().and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten();
    let started = entries.flatten().filter(|entry| entry.path().join("run").is_dir());
    Ok(started.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}
