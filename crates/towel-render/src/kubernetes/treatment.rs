//! What becomes of each key of the language in the objects of a cluster.

use crate::{Fact, Treatment};

/// What becomes of each key here.
pub(crate) fn treat(_fact: &Fact<'_>) -> Treatment {
    Treatment::Elsewhere
}
