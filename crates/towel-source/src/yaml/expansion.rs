//! Anchors, and how much may be made of them: a few lines of aliases can stand for billions of nodes.

use std::collections::HashMap;

use super::{Node, Value};
use crate::{Diagnostic, Span};

/// Most that anchors and aliases of one file may add to its tree, in nodes (long texts count more).
pub(super) const MOST_EXPANDED: usize = 200_000;
/// Deepest a tree may become, aliases included. Whoever walks a tree by recursion relies on it.
pub(super) const MOST_DEPTH: usize = 100;

/// The anchors of a file.
#[derive(Default)]
pub(super) struct Expansion {
    anchors: HashMap<usize, Anchor>,
    spent: usize,
}

enum Anchor {
    /// Its content is not read to the end yet: an alias to it would contain itself.
    Open,
    Ready {
        node: Node,
        weight: usize,
        height: usize,
    },
}

impl Expansion {
    /// Content of an anchor begins.
    pub(super) fn open(&mut self, id: usize) {
        self.anchors.insert(id, Anchor::Open);
    }

    /// Content of an anchor has ended.
    pub(super) fn close(&mut self, id: usize, node: &Node) -> Result<(), Box<Diagnostic>> {
        let (weight, height) = measure(node);
        self.spend(weight, node.span)?;
        self.anchors.insert(id, Anchor::Ready { node: node.clone(), weight, height });
        Ok(())
    }

    /// What an alias stands for, for a place `depth` levels below the root.
    pub(super) fn take(&mut self, id: usize, alias: Span, depth: usize) -> Result<Node, Box<Diagnostic>> {
        let Some(Anchor::Ready { node, weight, height }) = self.anchors.get(&id) else {
            let found = Diagnostic::error("alias-contains-itself", "this alias stands inside what it stands for");
            return Err(Box::new(found.at(alias, "the anchor's content has not ended yet")));
        };
        if depth + height > MOST_DEPTH {
            return Err(Box::new(too_deep(alias)));
        }
        let weight = *weight;
        let node = Node { alias: Some(alias), comments: Vec::new(), ..node.clone() };
        self.spend(weight, alias)?;
        Ok(node)
    }

    fn spend(&mut self, weight: usize, at: Span) -> Result<(), Box<Diagnostic>> {
        self.spent = self.spent.saturating_add(weight);
        if self.spent <= MOST_EXPANDED {
            return Ok(());
        }
        let found = Diagnostic::error("aliases-too-many", "the aliases of this file stand for too much")
            .at(at, format!("with this one, more than {MOST_EXPANDED} values"))
            .help("write the values out, or use fewer aliases of aliases");
        Err(Box::new(found))
    }
}

pub(super) fn too_deep(at: Span) -> Diagnostic {
    Diagnostic::error("nesting-too-deep", format!("values are nested more than {MOST_DEPTH} levels deep"))
        .at(at, "this level is one too many")
}

/// Weight (nodes, and a node's worth for every 64 bytes of text) and height of a tree.
fn measure(node: &Node) -> (usize, usize) {
    let (mut weight, mut height) = (1, 0);
    match &node.value {
        Value::Null => {}
        Value::Scalar(scalar) => weight += scalar.text.len() / 64,
        Value::Sequence(items) => {
            for (item_weight, item_height) in items.iter().map(measure) {
                weight += item_weight;
                height = height.max(item_height);
            }
        }
        Value::Mapping(mapping) => {
            for entry in mapping.entries() {
                let (entry_weight, entry_height) = measure(&entry.value);
                weight += entry_weight + 1 + entry.key.len() / 64;
                height = height.max(entry_height);
            }
        }
    }
    (weight, height + 1)
}
