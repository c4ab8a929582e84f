//! A place in a file that is being converted; whoever reads there says what became of it.

use towel_source::{Node, Span, Value};

use super::ledger::children;
use super::{Fate, Ledger};

/// A place in a file that is being converted.
#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    node: &'a Node,
    at: Span,
    path: Vec<String>,
    ledger: &'a Ledger,
    /// What it extends, nearest first: its keys hold where this one has none.
    behind: Vec<Self>,
}

impl<'a> Cursor<'a> {
    /// The whole file.
    pub(crate) fn root(node: &'a Node, ledger: &'a Ledger) -> Self {
        Self { node, at: node.span, path: Vec::new(), ledger, behind: Vec::new() }
    }

    /// What stands here.
    pub(crate) const fn node(&self) -> &'a Node {
        self.node
    }

    /// The value under a key, unless nothing stands there.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        let own = self.node.mapping().and_then(|mapping| mapping.entry(key));
        let own = own.map(|entry| self.child(key.to_owned(), entry.key.span, &entry.value));
        let mut behind = self.behind.iter().filter_map(|base| base.get(key));
        match own {
            // Lists and mappings are joined, as Compose does it; an empty one, as after `!reset`, takes away.
            Some(own) if own.is_empty() => Some(own),
            Some(own) if own.is_mapping() || own.is_list() => Some(Self { behind: behind.collect(), ..own }),
            Some(own) => Some(own),
            None => behind.next().map(|first| Self { behind: behind.collect(), ..first }),
        }
    }

    /// The value under keys of mappings within each other.
    pub(crate) fn find(&self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self.clone(), |cursor, key| cursor.get(key))
    }

    /// The keys of a mapping with their values, or the items of a list with `[0]`, `[1]` ….
    pub(crate) fn each(&self) -> Vec<(String, Self)> {
        let all = children(self.node).into_iter();
        let mut all: Vec<_> = all.map(|(key, at, node)| (key.clone(), self.child(key, at, node))).collect();
        for (key, inherited) in self.behind.iter().flat_map(Self::each) {
            if self.is_list() || all.iter().all(|(known, _)| *known != key) {
                all.push((key, inherited));
            }
        }
        all
    }

    /// The items of a list; one scalar stands for a list of one.
    pub(crate) fn items(&self) -> Vec<Self> {
        match &self.node.value {
            Value::Sequence(_) => self.each().into_iter().map(|(_, item)| item).collect(),
            Value::Scalar(_) => vec![self.clone()],
            Value::Null | Value::Mapping(_) => Vec::new(),
        }
    }

    /// The same place, with what it extends.
    pub(crate) fn with_behind(self, behind: Vec<Self>) -> Self {
        Self { behind, ..self }
    }

    /// The text here, not accounted for yet.
    pub(crate) fn peek(&self) -> Option<&'a str> {
        self.node.text()
    }

    /// The text here, which stands in the new file with its meaning.
    pub(crate) fn text(&self) -> Option<&'a str> {
        let text = self.node.text()?;
        self.converted();
        Some(text)
    }

    /// Whether a mapping stands here.
    pub(crate) const fn is_mapping(&self) -> bool {
        matches!(self.node.value, Value::Mapping(_))
    }

    /// Whether a list stands here.
    pub(crate) const fn is_list(&self) -> bool {
        matches!(self.node.value, Value::Sequence(_))
    }

    fn is_empty(&self) -> bool {
        match &self.node.value {
            Value::Null => true,
            Value::Sequence(items) => items.is_empty(),
            Value::Mapping(mapping) => mapping.is_empty(),
            Value::Scalar(_) => false,
        }
    }

    /// Whether a switch is on, in the words of any YAML version.
    pub(crate) fn is_on(&self) -> bool {
        self.node.text().is_some_and(|text| matches!(text.to_lowercase().as_str(), "true" | "yes" | "on" | "y" | "1"))
    }

    /// All that stands here is in the new file with its meaning.
    pub(crate) fn converted(&self) {
        self.ledger.converted(&self.path, self.at);
    }

    /// Something stands in the new file that is not quite the same.
    pub(crate) fn approximated(&self, why: impl Into<String>) {
        self.ledger.note(&self.path, self.at, Fate::Approximated, why.into());
    }

    /// Nothing stands in the new file for it.
    pub(crate) fn left_out(&self, why: impl Into<String>) {
        self.ledger.note(&self.path, self.at, Fate::LeftOut, why.into());
    }

    fn child(&self, key: String, at: Span, node: &'a Node) -> Self {
        let mut path = self.path.clone();
        path.push(key);
        Self { node, at, path, ledger: self.ledger, behind: Vec::new() }
    }
}
