//! `towel completions` and `towel man`: made from the command line's own description.

use std::io::Write;

use anyhow::Context;
use clap::CommandFactory;

use crate::cli::Cli;
use crate::exit::Status;

/// Prints a completion script.
pub(crate) fn completions(shell: clap_complete::Shell) -> anyhow::Result<Status> {
    // Made in memory first: the generator panics when its output is a closed pipe.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "towel", &mut script);
    std::io::stdout().write_all(&script)?;
    Ok(Status::Done)
}

/// Prints the manual page, in roff.
pub(crate) fn man() -> anyhow::Result<Status> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page).context("write the manual page")?;
    std::io::stdout().write_all(&page)?;
    Ok(Status::Done)
}
