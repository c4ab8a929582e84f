//! What may stand as a value, said once for the reader, the schema and the reference.

use super::Table;
use crate::word::About;

/// What may stand as a value.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// A scalar.
    Word(About),
    /// One of a few words.
    Choice(&'static [Choice]),
    /// A list of these.
    List(Box<Kind>),
    /// Freely named keys, each with a value of this kind.
    Map {
        /// What a key looks like.
        key: About,
        /// What stands under each.
        value: Box<Kind>,
    },
    /// Known keys.
    Table(&'static Table),
    /// A part of a table: every key may be left out, and `null` removes what the base gives.
    Restated(&'static Table),
    /// Any of these.
    Either(Vec<Kind>),
}

/// A word that may be chosen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice {
    /// The word.
    pub(crate) name: &'static str,
    /// What choosing it means.
    pub(crate) doc: &'static str,
}

impl Kind {
    /// With its article, for a sentence: `a duration`, `a list`, `` `canary`, `rolling` or `recreate` ``.
    pub(crate) fn expected(&self) -> String {
        match self {
            Self::Word(about) => about.article.to_string(),
            Self::Choice(choices) => alternatives(choices.iter().map(|choice| format!("`{}`", choice.name))),
            Self::List(_) => "a list".to_owned(),
            Self::Map { .. } | Self::Table(_) | Self::Restated(_) => "a mapping".to_owned(),
            Self::Either(kinds) => alternatives(kinds.iter().map(Self::expected)),
        }
    }
}

/// `a`, `a or b`, `a, b or c`.
pub(crate) fn alternatives(all: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = all.collect();
    all.dedup();
    let Some(last) = all.pop() else { return String::new() };
    if all.is_empty() { last } else { format!("{} or {last}", all.join(", ")) }
}
