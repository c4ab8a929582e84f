//! Standard output as something that can be closed: `towel logs | head` is no failure, and no panic.

use std::fmt::Display;
use std::io::{self, Write};

use serde::Serialize;

/// Writes a line.
pub(crate) fn line(text: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Writes lines.
pub(crate) fn lines(lines: &[String]) -> io::Result<()> {
    lines.iter().try_for_each(line)
}

/// Writes a value as JSON, for people to read as well.
pub(crate) fn json(value: &impl Serialize) -> io::Result<()> {
    line(serde_json::to_string_pretty(value).map_err(io::Error::from)?)
}

/// Writes a value as one line of JSON.
pub(crate) fn json_line(value: &impl Serialize) -> io::Result<()> {
    line(serde_json::to_string(value).map_err(io::Error::from)?)
}
