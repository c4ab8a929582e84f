//! A node of a YAML tree: what stands there, where, and the comments beside it.

use super::Mapping;
use crate::Span;

/// A node. Aliases are already replaced by what they stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where it is written. For a node that came through an alias: where the anchor's content is
    /// written. For a value that was left out (`key:`): the key.
    pub span: Span,
    /// What stands there.
    pub value: Value,
    /// Comments above it and to its right, in the order of the file.
    pub comments: Vec<Comment>,
    /// The `*alias` through which it came.
    pub alias: Option<Span>,
}

/// What a node is. The type of a scalar is for its reader to say: no YAML version's guess is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// Text, plain or quoted.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values.
    Mapping(Mapping),
}

/// Text, after escapes and folding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The text.
    pub text: String,
    /// How it is written.
    pub style: Style,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In `'` or `"`.
    Quoted,
    /// After `|` or `>`.
    Block,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Where it is, `#` included.
    pub span: Span,
    /// What follows `#`, as written.
    pub text: String,
}

impl Node {
    /// A node without comments.
    pub const fn new(span: Span, value: Value) -> Self {
        Self { span, value, comments: Vec::new(), alias: None }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// The mapping, if it is one.
    pub fn mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The items, if it is a sequence.
    pub fn sequence(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// Where it stands in its collection: its alias, when it came through one.
    pub fn written_at(&self) -> Span {
        self.alias.unwrap_or(self.span)
    }

    /// Whether nothing stands there.
    pub const fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// Whether it is an alias of an anchor that does not exist. That has been reported, so nothing more need be said.
    pub fn is_dangling(&self) -> bool {
        self.is_null() && self.alias == Some(self.span)
    }

    /// The value under a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.mapping()?.get(key)
    }
}
