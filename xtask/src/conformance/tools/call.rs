//! A tool's invocation as data, and what it told.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::verdict::Verdict;

/// No tool needs as long for a batch; one that hangs must not hold everything.
const LIMIT_SECONDS: &str = "600";

/// What `timeout` answers when the limit is reached.
const LIMIT_REACHED: i32 = 124;

/// A program, its arguments, and where it runs.
#[derive(Debug, Clone)]
pub(super) struct Call {
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(&'static str, OsString)>,
    folder: Option<PathBuf>,
}

/// How it ended and what it printed.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) succeeded: bool,
    pub(super) out: String,
    pub(super) err: String,
}

impl Told {
    /// Both streams, errors first.
    pub(super) fn all(&self) -> String {
        format!("{}\n{}", self.err.trim(), self.out.trim()).trim().to_owned()
    }
}

impl Call {
    pub(super) fn new(program: PathBuf) -> Self {
        Self { program, arguments: Vec::new(), environment: Vec::new(), folder: None }
    }

    pub(super) fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    pub(super) fn arg(self, argument: impl Into<OsString>) -> Self {
        self.args([argument.into()])
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    pub(super) fn within(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Runs it to its end.
    pub(super) fn run(&self) -> Result<Told> {
        let mut command = Command::new("timeout");
        command.arg(LIMIT_SECONDS).arg(&self.program).args(&self.arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        let output = command.output().with_context(|| format!("cannot run `{}`", self.program.display()))?;
        let code = output.status.code();
        ensure!(code != Some(LIMIT_REACHED), "`{}` did not end within {LIMIT_SECONDS} s", self.program.display());
        Ok(Told {
            succeeded: output.status.success(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Runs it and reads the JSON that it prints, or says what it printed instead.
    pub(super) fn json(&self) -> Result<Result<Value, String>> {
        let told = self.run()?;
        let name = self.program.file_name().unwrap_or_default().to_string_lossy();
        Ok(serde_json::from_str(&told.out).map_err(|_| format!("{name} cannot judge it: {}", told.all())))
    }
}

/// The answers of a tool that reads many files and prints JSON. Where it cannot, each file is judged alone, so that the one
/// that it cannot read is named; an answer that is no answer never counts as an acceptance.
pub(super) fn answers(
    tool: &'static str,
    files: &[PathBuf],
    call: impl Fn(&[PathBuf]) -> Call,
    read: impl Fn(&Value) -> Result<Vec<Verdict>>,
) -> Result<Vec<Verdict>> {
    let mut verdicts = Vec::new();
    for batch in files.chunks(BATCH) {
        if let Ok(answer) = call(batch).json()? {
            verdicts.extend(read(&answer)?);
            continue;
        }
        for file in batch {
            match call(std::slice::from_ref(file)).json()? {
                Ok(answer) => verdicts.extend(read(&answer)?),
                Err(what) => verdicts.push(Verdict::new(tool, file, "unreadable", what)),
            }
        }
    }
    Ok(verdicts)
}

/// For tools that stop at the first bad file, or do not name it: all files at once, and each alone when that fails.
/// A file's complaint is whatever `complaint` makes of the answer.
pub(super) fn together_then_alone(
    files: &[PathBuf],
    call: impl Fn(&[PathBuf]) -> Call,
    complaint: impl Fn(&Told) -> Option<String>,
) -> Result<Vec<(PathBuf, String)>> {
    let mut complaints = Vec::new();
    for batch in files.chunks(BATCH) {
        let Some(about_all) = complaint(&call(batch).run()?) else { continue };
        let mut found = Vec::new();
        for file in batch {
            if let Some(what) = complaint(&call(std::slice::from_ref(file)).run()?) {
                found.push((file.clone(), what));
            }
        }
        if found.is_empty() {
            found.push((batch[0].clone(), format!("together with {} others: {about_all}", batch.len() - 1)));
        }
        complaints.extend(found);
    }
    Ok(complaints)
}

/// Files for one invocation: below the longest command line, and many enough that starting the tool costs little.
pub(super) const BATCH: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    fn grep(files: &[PathBuf]) -> Call {
        Call::new("grep".into()).args(["-L", "good"]).args(files)
    }

    fn complaint(told: &Told) -> Option<String> {
        (!told.out.is_empty()).then(|| told.out.clone())
    }

    #[test]
    fn a_bad_file_in_a_batch_is_found_alone() {
        let folder = tempfile::tempdir().unwrap();
        let files = ["good", "bad", "also good"].map(|text| {
            let file = folder.path().join(text);
            std::fs::write(&file, text).unwrap();
            file
        });
        let found = together_then_alone(&files, grep, complaint).unwrap();
        assert_eq!(found.into_iter().map(|(file, _)| file).collect::<Vec<_>>(), [files[1].clone()]);
        assert!(together_then_alone(&[files[0].clone(), files[2].clone()], grep, complaint).unwrap().is_empty());
    }

    #[test]
    fn an_answer_that_is_no_json_is_a_verdict_on_the_file_and_not_an_acceptance() {
        let folder = tempfile::tempdir().unwrap();
        let files = ["[]", "oh no"].map(|text| {
            let file = folder.path().join(text.len().to_string());
            std::fs::write(&file, text).unwrap();
            file
        });
        let cat = |files: &[PathBuf]| Call::new("cat".into()).args(files);
        let verdicts = answers("cat", &files, cat, |_| Ok(Vec::new())).unwrap();
        let expected = format!("{}: cat[unreadable]: cat cannot judge it: oh no", files[1].display());
        assert_eq!(verdicts.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    }
}
