//! The keys of one mapping that a table knows; the others are reported.

use towel_source::{Diagnostic, Entry, Mapping, Node, Value};

use super::map::is_free;
use super::{Kind, Read, Reader, Table, nearest, shorten};

/// A mapping whose keys have been compared with a table.
pub(crate) struct Fields<'n> {
    mapping: Option<&'n Mapping>,
}

impl<'n> Fields<'n> {
    /// The value under a key, if it is given and without fault.
    pub(crate) fn read<T: Read>(&self, name: &str, reader: &mut Reader<'_>) -> Option<T> {
        let entry = self.mapping?.entry(name)?;
        if entry.value.is_null() {
            if !T::may_be_left_empty() {
                reader.missing_value(entry, &T::kind());
            }
            return None;
        }
        T::read(&entry.value, reader)
    }

    /// Compares a mapping's keys with a table's; nothing when it is no mapping at all.
    pub(super) fn of(node: &'n Node, table: &'static Table, reader: &mut Reader<'_>) -> Option<Self> {
        let mapping = match &node.value {
            Value::Mapping(mapping) => Some(mapping),
            Value::Null => None,
            _ => {
                reader.wrong_type(node, &Kind::Table(table));
                return None;
            }
        };
        for entry in mapping.into_iter().flat_map(Mapping::entries) {
            if table.key(&entry.key).is_none() && !is_free(&entry.key) {
                reader.report(unknown_key(entry, mapping, table));
            }
        }
        let missing =
            table.keys.iter().filter(|key| key.required && mapping.is_none_or(|it| it.get(key.name).is_none()));
        for key in missing {
            reader.report(
                Diagnostic::error("missing-key", format!("{} has no `{}`", table.name, key.name))
                    .at(reader.head_of(node), format!("`{}` is required here", key.name))
                    .note(format!("`{}`: {}", key.name, key.doc.join("").trim()))
                    .help(format!("add `{}:` with {}", key.name, (key.kind)().expected())),
            );
        }
        Some(Self { mapping })
    }
}

fn unknown_key(entry: &Entry, mapping: Option<&Mapping>, table: &'static Table) -> Diagnostic {
    let found = shorten(&entry.key);
    let fault = Diagnostic::error("unknown-key", format!("{} has no key `{found}`", table.name));
    let all = table.keys.iter().map(|key| key.name);
    let taken = |name: &str| mapping.is_some_and(|it| it.get(name).is_some());
    if let Some(near) = nearest(&entry.key, all.clone().filter(|name| !taken(name))) {
        let fault = fault.at(entry.key.span, "unknown").help(format!("did you mean `{near}`?"));
        return fault.suggest(entry.key.span, near);
    }
    if let Some(near) = nearest(&entry.key, all) {
        let fault = fault.at(entry.key.span, "unknown");
        return fault.help(format!("did you mean `{near}`, which is given already?"));
    }
    let fault = fault.at(entry.key.span, "unknown");
    if let Some(home) = home(&entry.key, table) {
        return fault.help(format!("`{found}` belongs under `{home}`"));
    }
    let known: Vec<String> = table.keys.iter().map(|key| format!("`{}`", key.name)).collect();
    fault.note(format!("allowed: {}", known.join(", "))).help("keys that begin with `x-` are yours to choose")
}

/// The key of `table` under which a key of that name stands.
fn home(name: &str, table: &'static Table) -> Option<&'static str> {
    let inner = |key: &super::Key| match (key.kind)() {
        Kind::Table(inner) => Some(inner),
        _ => None,
    };
    table.keys.iter().find(|key| inner(key).is_some_and(|inner| inner.key(name).is_some())).map(|key| key.name)
}
