//! Reading a node as a value of a type; every fault is reported, none ends the reading.

use towel_source::{Node, Spanned, Value};

use super::{Kind, Reader};

/// A type that can be read from a node.
pub(crate) trait Read: Sized {
    /// What may stand there.
    fn kind() -> Kind;

    /// The value, or nothing once a fault has been reported.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self>;

    /// Whether a key with nothing under it means the same as no key. True for lists and maps, whose
    /// entries people comment out one by one.
    fn may_be_left_empty() -> bool {
        false
    }
}

impl<T: Read> Read for Spanned<T> {
    fn kind() -> Kind {
        T::kind()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        T::read(node, reader).map(|value| Self::new(value, node.span))
    }

    fn may_be_left_empty() -> bool {
        T::may_be_left_empty()
    }
}

impl<T: Read> Read for Vec<T> {
    fn kind() -> Kind {
        Kind::List(Box::new(T::kind()))
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            // Faulty items are reported and left out, so that the others are looked at too.
            Value::Sequence(items) => Some(items.iter().filter_map(|item| reader.item(item)).collect()),
            Value::Null => Some(Self::new()),
            _ => {
                reader.wrong_type(node, &Self::kind());
                None
            }
        }
    }

    fn may_be_left_empty() -> bool {
        true
    }
}

/// What may stand where a short form and a long form are both read.
pub(crate) fn either(short: Kind, long: Kind) -> Kind {
    Kind::Either(vec![short, long])
}
