//! `cargo xtask bench WHAT`.

use std::process::ExitCode;

use anyhow::{Result, bail};

use super::{gateway, render, rollout, supervisor};

/// Measures one thing, and prints what was measured.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let Some((what, rest)) = arguments.split_first() else {
        bail!("say what to measure: gateway, render, rollout or supervisor");
    };
    match what.as_str() {
        "gateway" => gateway::run(rest)?,
        "render" => render::run(rest)?,
        "rollout" => return rollout::run(rest),
        "supervisor" => supervisor::run(rest)?,
        other => bail!("`{other}` is not measured; there is gateway, render, rollout and supervisor"),
    }
    Ok(ExitCode::SUCCESS)
}
