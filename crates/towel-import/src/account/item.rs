//! What is told of an import: how many keys were converted, and each one that was not.

/// What became of the keys of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// How many keys stand in the new file with their meaning.
    pub converted: usize,
    /// The others, in the order of the file.
    pub items: Vec<Item>,
}

/// A key that did not come over as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What became of it.
    pub fate: Fate,
    /// The file.
    pub file: String,
    /// Its line, from 1; none when it concerns no single one.
    pub line: Option<usize>,
    /// The key, from the root: `services.api.ports[0]`.
    pub key: String,
    /// Why.
    pub why: String,
}

/// What became of a key that did not come over as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Something stands in its place that is not quite the same.
    Approximated,
    /// Nothing stands in its place.
    LeftOut,
}

impl Fate {
    /// As it is told to programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approximated => "approximated",
            Self::LeftOut => "left_out",
        }
    }
}
