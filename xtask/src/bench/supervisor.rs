//! `cargo xtask bench supervisor`.

use anyhow::{Result, bail};

/// Refuses: there is no such measurement yet.
pub(super) fn run(_arguments: &[String]) -> Result<()> {
    bail!("`bench supervisor` is not written yet")
}
