//! What is found, and who finds it.

use super::artefacts::Artefacts;

/// Something wrong in an artefact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    pub(crate) path: String,
    pub(crate) what: String,
}

impl Fault {
    pub(super) fn new(path: impl Into<String>, what: impl Into<String>) -> Self {
        Self { path: path.into(), what: what.into() }
    }
}

/// Looks for one fault.
pub(crate) struct Detector {
    /// Named by the fault.
    pub(crate) name: &'static str,
    /// Its numbers in [`super::list::FAULTS`]; none for what should hold of any artefacts besides.
    pub(crate) numbers: &'static [u8],
    pub(crate) find: fn(&Artefacts) -> Vec<Fault>,
    /// Folders of files that have the fault: a detector that finds nothing there finds nothing anywhere.
    /// Each file begins with a line `=== path`.
    pub(crate) bad: &'static [&'static str],
    /// The same without the fault.
    pub(crate) good: &'static [&'static str],
}
