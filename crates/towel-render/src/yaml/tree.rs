//! A YAML document as data: mappings keep their order, and entries may have a comment.

use std::borrow::Cow;

/// A YAML value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Yaml {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Number(f64),
    /// Text. Several lines are written as a block, and text that could be taken for something else in quotes.
    Text(Cow<'static, str>),
    /// One item a line.
    List(Vec<Yaml>),
    /// `[a, b]`, for a few short scalars.
    Row(Vec<Yaml>),
    /// Entries in their order.
    Map(Map),
    /// `{a: b}`, for a few short entries without comments.
    Inline(Map),
}

/// A YAML mapping.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Map {
    pub(super) entries: Vec<Entry>,
    pending: Notes,
}

/// One key with its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(super) key: Cow<'static, str>,
    pub(super) value: Yaml,
    pub(super) notes: Notes,
}

/// What is said about an entry. Few have any, and a big product has millions of entries, so it has a place of its own.
pub(super) type Notes = Option<Box<Note>>;

/// What is said about an entry, besides its key and value.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Note {
    /// An empty line above.
    pub(super) blank: bool,
    /// A comment above.
    pub(super) comment: Option<Cow<'static, str>>,
    /// A comment on the same line, behind a scalar.
    pub(super) beside: Option<Cow<'static, str>>,
    /// The key is written as it is, whatever readers of YAML 1.1 take it for (`on:` in workflows).
    pub(super) bare: bool,
}

impl Map {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The entry, after those that are there.
    #[must_use]
    pub(crate) fn with(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Yaml>) -> Self {
        self.insert(key, value);
        self
    }

    /// The entry, when there is a value.
    #[must_use]
    pub(crate) fn maybe(self, key: impl Into<Cow<'static, str>>, value: Option<impl Into<Yaml>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// The entry, unless it is an empty list or mapping.
    #[must_use]
    pub(crate) fn unless_empty(self, key: impl Into<Cow<'static, str>>, value: impl Into<Yaml>) -> Self {
        let value = value.into();
        if value.is_empty() { self } else { self.with(key, value) }
    }

    /// A key that is never quoted, such as `on` in workflows.
    #[must_use]
    pub(crate) fn with_bare(mut self, key: &'static str, value: impl Into<Yaml>) -> Self {
        self.insert(key, value);
        if let Some(entry) = self.entries.last_mut() {
            entry.notes.get_or_insert_default().bare = true;
        }
        self
    }

    /// A comment above the next entry; several lines are several comment lines.
    #[must_use]
    pub(crate) fn comment(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.pending.get_or_insert_default().comment = Some(text.into());
        self
    }

    /// A comment on the line of the entry that was added last, which has to be a scalar.
    #[must_use]
    pub(crate) fn beside(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        if let Some(entry) = self.entries.last_mut() {
            entry.notes.get_or_insert_default().beside = Some(text.into());
        }
        self
    }

    /// An empty line above the next entry.
    #[must_use]
    pub(crate) fn blank(mut self) -> Self {
        self.pending.get_or_insert_default().blank = true;
        self
    }

    /// `{a: b}` on one line.
    pub(crate) fn inline(self) -> Yaml {
        Yaml::Inline(self)
    }

    /// Adds the entry after those that are there.
    pub(crate) fn insert(&mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Yaml>) {
        let notes = self.pending.take();
        self.entries.push(Entry { key: key.into(), value: value.into(), notes });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of `key`.
    pub(crate) fn get(&self, key: &str) -> Option<&Yaml> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// Entries whose key `first` names come first, in its order; the others keep theirs.
    #[must_use]
    pub(crate) fn ordered(mut self, first: &[&str]) -> Self {
        let rank = |key: &str| first.iter().position(|it| *it == key).unwrap_or(first.len());
        self.entries.sort_by_key(|entry| rank(&entry.key));
        self
    }

    /// The entries in the order of `rank`; those of the same rank keep theirs.
    #[must_use]
    pub(crate) fn ranked(mut self, rank: impl Fn(&str) -> u8) -> Self {
        self.entries.sort_by_key(|entry| rank(&entry.key));
        self
    }

    /// Keys and values in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Yaml)> {
        self.entries.iter().map(|entry| (entry.key.as_ref(), &entry.value))
    }

    /// The value of `key`, to be changed.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Yaml> {
        self.entries.iter_mut().find(|entry| entry.key == key).map(|entry| &mut entry.value)
    }

    /// Takes the entry out.
    pub(crate) fn remove(&mut self, key: &str) -> Option<Yaml> {
        let place = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(place).value)
    }

    /// These entries, and after them those of `other`.
    #[must_use]
    pub(crate) fn followed_by(mut self, mut other: Self) -> Self {
        self.entries.append(&mut other.entries);
        self
    }

    /// Puts a comment above an entry that is there.
    pub(crate) fn explain(&mut self, key: &str, why: impl Into<Cow<'static, str>>) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.key == key) {
            entry.notes.get_or_insert_default().comment = Some(why.into());
        }
    }

    /// Entries for which `choose` has a value, with their comments.
    #[must_use]
    pub(crate) fn chosen(&self, mut choose: impl FnMut(&str, &Yaml) -> Option<Yaml>) -> Self {
        let entry = |entry: &Entry| {
            let value = choose(&entry.key, &entry.value)?;
            Some(Entry { key: entry.key.clone(), value, notes: entry.notes.clone() })
        };
        Self { entries: self.entries.iter().filter_map(entry).collect(), pending: None }
    }

    /// Each value taken apart into one of two mappings, or a part of it into each; comments stay with the first.
    pub(crate) fn split(self, mut split: impl FnMut(&str, Yaml) -> (Option<Yaml>, Option<Yaml>)) -> (Self, Self) {
        let (mut one, mut other) = (Self::new(), Self::new());
        for Entry { key, value, notes } in self.entries {
            let (here, there) = split(&key, value);
            match (here, there) {
                (Some(here), Some(there)) => {
                    one.entries.push(Entry { key: key.clone(), value: here, notes });
                    other.insert(key, there);
                }
                (Some(value), None) => one.entries.push(Entry { key, value, notes }),
                (None, Some(value)) => other.entries.push(Entry { key, value, notes }),
                (None, None) => {}
            }
        }
        (one, other)
    }

    /// The same entries with every value changed.
    #[must_use]
    pub(crate) fn map_values(mut self, mut change: impl FnMut(&str, Yaml) -> Yaml) -> Self {
        for entry in &mut self.entries {
            entry.value = change(&entry.key, std::mem::replace(&mut entry.value, Yaml::Null));
        }
        self
    }
}

impl Yaml {
    /// A literal, without a copy.
    pub(crate) const fn text(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// `[a, b]` on one line.
    pub(crate) fn row<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::Row(items.into_iter().map(Into::into).collect())
    }

    /// One item a line.
    pub(crate) fn list<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::List(items) | Self::Row(items) => items.is_empty(),
            Self::Map(map) | Self::Inline(map) => map.is_empty(),
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Number(_) | Self::Text(_) => false,
        }
    }
}

impl<K: Into<Cow<'static, str>>, V: Into<Yaml>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        entries.into_iter().for_each(|(key, value)| map.insert(key, value));
        map
    }
}

macro_rules! from {
    ($($type:ty => |$value:ident| $yaml:expr;)+) => {
        $(impl From<$type> for Yaml {
            fn from($value: $type) -> Self { $yaml }
        })+
    };
}

from! {
    bool => |value| Self::Bool(value);
    u16 => |value| Self::Integer(i64::from(value));
    u32 => |value| Self::Integer(i64::from(value));
    i32 => |value| Self::Integer(i64::from(value));
    i64 => |value| Self::Integer(value);
    f64 => |value| Self::Number(value);
    &'static str => |value| Self::Text(Cow::Borrowed(value));
    String => |value| Self::Text(Cow::Owned(value));
    &String => |value| Self::Text(Cow::Owned(value.clone()));
    Cow<'static, str> => |value| Self::Text(value);
    Map => |value| Self::Map(value);
    Vec<Yaml> => |value| Self::List(value);
    Vec<String> => |value| Self::list(value);
    Vec<&'static str> => |value| Self::list(value);
    Vec<Map> => |value| Self::list(value);
}

impl<T: Into<Yaml>, const N: usize> From<[T; N]> for Yaml {
    fn from(items: [T; N]) -> Self {
        Self::list(items)
    }
}
