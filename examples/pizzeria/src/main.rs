//! The pizzeria as a program of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    pizzeria::main_from(std::env::args_os().skip(1))
}
