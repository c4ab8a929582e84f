//! Which keys were read, and what became of them; what nobody read is found in the end.

use std::cell::RefCell;
use std::collections::BTreeMap;

use towel_source::{Node, Sources, Span, Value};

use super::{Account, Fate, Item, Reason, reason_for};

/// What became of the keys of one file.
#[derive(Default)]
pub(crate) struct Ledger {
    fates: RefCell<BTreeMap<Vec<String>, Entry>>,
}

struct Entry {
    span: Span,
    /// None: it was converted.
    fate: Option<(Fate, String)>,
}

impl Ledger {
    /// A key stands in the new file with its meaning. What was said of it before stays.
    pub(super) fn converted(&self, path: &[String], span: Span) {
        self.fates.borrow_mut().entry(path.to_vec()).or_insert(Entry { span, fate: None });
    }

    /// A key, with all beneath it, did not come over as it was. A key that several services begin with has come over
    /// when it did for one of them.
    pub(super) fn note(&self, path: &[String], span: Span, fate: Fate, why: String) {
        let mut fates = self.fates.borrow_mut();
        let better = |known: &Entry| known.fate.as_ref().is_some_and(|(known, _)| *known < fate);
        if !fates.get(path).is_some_and(better) {
            fates.insert(path.to_vec(), Entry { span, fate: Some((fate, why)) });
        }
    }

    /// The account of a file. What nobody read is left out, for the reason that the table gives.
    pub(crate) fn close(self, root: &Node, table: &[Reason], file: &str, sources: &Sources) -> Account {
        let mut walk = Walk { ledger: &self, table, unread: Vec::new(), converted: 0, path: Vec::new() };
        walk.visit(root, root.span, None);
        let (unread, converted) = (walk.unread, walk.converted);
        let line = |span: Span| sources.get(span.file).map(|source| source.position(span.start).line);
        let entries = self.fates.into_inner().into_iter();
        let told = entries.filter_map(|(path, entry)| entry.fate.map(|(fate, why)| (path, entry.span, fate, why)));
        let unread = unread.into_iter().map(|(path, span, why)| (path, span, Fate::LeftOut, why));
        let mut items: Vec<Item> = told
            .chain(unread)
            .map(|(path, span, fate, why)| Item {
                fate,
                file: file.to_owned(),
                line: line(span),
                key: shown(&path),
                why,
            })
            .collect();
        items.sort_by(|one, other| (one.line, &one.key).cmp(&(other.line, &other.key)));
        Account { converted, items }
    }

    fn knows(&self, path: &[String]) -> Option<bool> {
        self.fates.borrow().get(path).map(|entry| entry.fate.is_none())
    }

    fn knows_beneath(&self, path: &[String]) -> bool {
        let fates = self.fates.borrow();
        // In the order of paths, what lies beneath one follows it directly.
        let mut after = fates.range(path.to_vec()..).map(|(known, _)| known);
        after.by_ref().find(|known| known.as_slice() != path).is_some_and(|known| known.starts_with(path))
    }
}

struct Walk<'w> {
    ledger: &'w Ledger,
    table: &'w [Reason],
    unread: Vec<(Vec<String>, Span, String)>,
    converted: usize,
    path: Vec<String>,
}

impl Walk<'_> {
    /// `at` is where the key stands, `inherited` what became of what it lies in.
    fn visit(&mut self, node: &Node, at: Span, inherited: Option<bool>) {
        let own = self.ledger.knows(&self.path).or(inherited);
        let children = children(node);
        if own.is_none() && !self.path.is_empty() && !self.ledger.knows_beneath(&self.path) {
            let why = reason_for(&self.path, self.table);
            let why = why.unwrap_or("towel knows no such key of this format, or cannot read its value");
            self.unread.push((self.path.clone(), at, why.to_owned()));
            return;
        }
        if children.is_empty() {
            self.converted += usize::from(own == Some(true));
        }
        for (key, at, child) in children {
            self.path.push(key);
            self.visit(child, at, own);
            self.path.pop();
        }
    }
}

/// What lies in a node, each with its part of a path and its place.
pub(super) fn children(node: &Node) -> Vec<(String, Span, &Node)> {
    match &node.value {
        Value::Null | Value::Scalar(_) => Vec::new(),
        Value::Sequence(items) => {
            let numbered = items.iter().enumerate();
            numbered.map(|(number, item)| (format!("[{number}]"), item.written_at(), item)).collect()
        }
        Value::Mapping(mapping) => {
            let entries = mapping.entries().iter();
            entries.map(|entry| (entry.key.value.clone(), entry.key.span, &entry.value)).collect()
        }
    }
}

/// `services.api.ports[0]`; keys with a point in them are quoted.
fn shown(path: &[String]) -> String {
    let mut text = String::new();
    for key in path {
        if key.starts_with('[') {
            text.push_str(key);
            continue;
        }
        if !text.is_empty() {
            text.push('.');
        }
        if key.contains('.') {
            text.push_str(&format!("\"{key}\""));
        } else {
            text.push_str(key);
        }
    }
    text
}
