//! `cargo xtask bench gateway`.

use anyhow::{Result, bail};

/// Refuses: there is no such measurement yet.
pub(super) fn run(_arguments: &[String]) -> Result<()> {
    bail!("`bench gateway` is not written yet")
}
