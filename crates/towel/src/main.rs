//! The `towel` binary: reads the command line, runs one command, turns its end into an exit status.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod binary;
mod cli;
mod client;
mod commands;
mod demo;
mod exit;
mod product;
mod project;
mod show;
mod supervisor;
mod version;

use std::process::ExitCode;

use clap::Parser;

use cli::Cli;
use exit::{Failure, Status};
use show::{Paint, Terminal};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.common.json;
    match commands::run(cli) {
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => Status::Done.into(),
        Err(error) => tell(&error, json).into(),
    }
}

/// `towel logs | head` closes the pipe; that is no failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    kind == Some(std::io::ErrorKind::BrokenPipe)
}

#[expect(clippy::print_stderr, reason = "the one place where errors are told")]
fn tell(error: &anyhow::Error, json: bool) -> Status {
    let failure = error.downcast_ref::<Failure>();
    let help = failure.and_then(|failure| failure.help.as_deref());
    if json {
        let refusal = client::Refusal { error: format!("{error:#}"), help: help.map(str::to_owned) };
        let _nobody_reads = show::output::json_line(&refusal).is_err();
    } else {
        let terminal = Terminal::of_errors();
        eprintln!("{}: {error:#}", terminal.paint(Paint::Red, "error"));
        if let Some(help) = help {
            eprintln!("{}: {help}", terminal.paint(Paint::Bold, " help"));
        }
    }
    failure.map_or(Status::Outside, |failure| failure.status)
}
