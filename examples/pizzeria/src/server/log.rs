//! One JSON line on standard output for each thing worth knowing.

use std::io::Write;

use serde_json::json;

/// How much a line matters.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Level {
    Info,
    Error,
}

/// Writes a line. A log that nobody reads any more must not stop the service.
pub(crate) fn log(level: Level, message: &str) {
    let level = match level {
        Level::Info => "info",
        Level::Error => "error",
    };
    let line = json!({ "level": level, "message": message });
    drop(writeln!(std::io::stdout().lock(), "{line}"));
}
