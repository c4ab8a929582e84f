//! The shim as a program of its own, for this crate's tests; users run it as `towel shim`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    ExitCode::from(towel_engine::shim::run(&arguments))
}
