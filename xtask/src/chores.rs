//! The chores by name.

use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::repository::root;
use crate::{bench, conformance, fuzz, tidy};

/// Each chore and what it does. `cargo xtask tidy` holds the documents to this list.
pub(crate) const CHORES: [(&str, &str); 5] = [
    ("tidy", "check what no compiler checks: crate directions, file sizes, documents, dependencies, names"),
    ("bench", "gateway | render | rollout | supervisor: measure, and print what was measured"),
    ("fuzz", "[--seconds 60]: feed the reader of towel.yaml with what nobody would write"),
    (
        "conformance",
        "[--random 30 | --rendered DIR…]: examples against rules and schema, rendered files before the tools that read them",
    ),
    ("ci", "everything that has to pass before a change lands, without installing anything"),
];

/// Runs a chore.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let Some((chore, rest)) = arguments.split_first() else {
        print!("{}", help());
        return Ok(ExitCode::from(2));
    };
    match chore.as_str() {
        "tidy" => tidy::run(rest),
        "bench" => bench::run(rest),
        "fuzz" => fuzz::run(rest).map(|()| ExitCode::SUCCESS),
        "conformance" => conformance::run(rest),
        "ci" => ci(),
        "help" | "--help" | "-h" => {
            print!("{}", help());
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("there is no chore `{other}`; there is {}", CHORES.map(|(name, _)| name).join(", ")),
    }
}

fn help() -> String {
    let lines = CHORES.map(|(name, does)| format!("  cargo xtask {name:12} {does}\n"));
    format!("chores of this repository\n\n{}", lines.concat())
}

/// The stages live in one place only.
fn ci() -> Result<ExitCode> {
    let status = Command::new("bash").arg(root()?.join(".ci/run")).arg("--no-install").status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
