//! Mappings whose keys are names that the writer chooses.

use towel_source::{Entry, Node, Scalar, Spanned, Style, Value};

use super::{Kind, Read, Reader};
use crate::word::{Name, Word};

/// Entries under freely chosen keys, in the order of the file.
#[derive(Debug, Clone)]
pub(crate) struct Map<K, V> {
    /// The entries.
    pub(crate) entries: Vec<(Spanned<K>, V)>,
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

/// Entries under names as services, datastores and environments have them.
pub(crate) type Named<V> = Map<Name, V>;

impl<K: Word + Read, V: Read> Read for Map<K, V> {
    fn kind() -> Kind {
        Kind::Map { key: K::about(), value: Box::new(V::kind()) }
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let mapping = match &node.value {
            Value::Mapping(mapping) => mapping,
            Value::Null => return Some(Self::default()),
            _ => {
                reader.wrong_type(node, &Self::kind());
                return None;
            }
        };
        let own = mapping.entries().iter().filter(|entry| !is_free(&entry.key));
        Some(Self { entries: own.filter_map(|entry| read_entry(entry, reader)).collect() })
    }

    fn may_be_left_empty() -> bool {
        true
    }
}

fn read_entry<K: Word + Read, V: Read>(entry: &Entry, reader: &mut Reader<'_>) -> Option<(Spanned<K>, V)> {
    let scalar = Scalar { text: entry.key.value.clone(), style: Style::Plain };
    let key = K::read(&Node::new(entry.key.span, Value::Scalar(scalar)), reader);
    // Both are looked at before either is given up.
    let value = reader.value_of_name(entry);
    Some((Spanned::new(key?, entry.key.span), value?))
}

/// Whether a key belongs to the writer: `x-…` is never looked at.
pub(crate) fn is_free(key: &str) -> bool {
    key.starts_with("x-")
}
