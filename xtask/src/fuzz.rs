//! `cargo xtask fuzz`.

use anyhow::{Result, bail};

/// Refuses: there is no such chore yet.
pub(crate) fn run(_arguments: &[String]) -> Result<()> {
    bail!("`fuzz` is not written yet")
}
