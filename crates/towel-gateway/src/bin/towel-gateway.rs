//! The gateway alone, for tests and measurements: `towel-gateway ADMIN STATE [takeover]`.

use std::process::ExitCode;

use towel_gateway::{Settings, serve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (admin, state, takeover) = match arguments.as_slice() {
        [admin, state] => (admin, state, false),
        [admin, state, word] if word == "takeover" => (admin, state, true),
        _ => return fail("usage: towel-gateway ADMIN STATE [takeover]"),
    };
    match serve(Settings { admin: admin.into(), state: state.into(), takeover }).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
    }
}

#[allow(clippy::print_stderr)]
fn fail(message: &str) -> ExitCode {
    eprintln!("towel-gateway: {message}");
    ExitCode::FAILURE
}
