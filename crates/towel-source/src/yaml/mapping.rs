//! Keys and values, in the order of the file, each key once.

use super::{Comment, Node};
use crate::Spanned;

/// Keys and values in the order of the file. No key stands in it twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Spanned<String>,
    /// Its value.
    pub value: Node,
    /// Comments above the key.
    pub comments: Vec<Comment>,
}

impl Mapping {
    /// The entries. Of entries with the same key the first is kept.
    pub fn new(entries: Vec<Entry>) -> Self {
        let mut seen = std::collections::HashSet::with_capacity(entries.len());
        let first: Vec<bool> = entries.iter().map(|entry| seen.insert(entry.key.value.as_str())).collect();
        let mut first = first.into_iter();
        let mut entries = entries;
        entries.retain(|_| first.next().unwrap_or(false));
        Self { entries }
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key.value == key)
    }

    /// All entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// All entries, given away.
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// How many entries there are.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
