//! Entry of the target `env`: its files, and what becomes of each key.

use crate::file::Files;
use crate::{Fact, Product, Treatment};

/// Writes the files of this target.
pub(crate) fn render(_product: &Product, _files: &mut Files) {}

/// What becomes of each key here.
pub(crate) fn treat(_fact: &Fact<'_>) -> Treatment {
    Treatment::Elsewhere
}
