//! Chores of this repository: `cargo xtask tidy`, `bench`, `fuzz`, `conformance`, `ci`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for people")]
#![allow(clippy::disallowed_methods, reason = "it measures real time and reads its own environment")]
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod bench;
mod chores;
mod conformance;
mod fuzz;
mod repository;
mod tidy;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match chores::run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
