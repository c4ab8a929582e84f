//! Restated fields laid over the base, key by key, so that every value still points to where it was written.

use towel_source::{Diagnostic, Entry, Mapping, Node, Value};

use crate::key::{Reader, nearest};

/// `base` with what `over` restates: mappings are merged by key, `null` removes, everything else replaces.
pub(crate) fn merge(base: &Node, over: &Node, reader: &mut Reader<'_>) -> Node {
    let (Value::Mapping(below), Value::Mapping(above)) = (&base.value, &over.value) else {
        return over.clone();
    };
    let mut entries = Vec::with_capacity(below.len() + above.len());
    for entry in below.entries() {
        match above.entry(&entry.key) {
            None => entries.push(entry.clone()),
            Some(restated) if restated.value.is_null() => {}
            Some(restated) => {
                let value = merge(&entry.value, &restated.value, reader);
                entries.push(Entry { key: restated.key.clone(), value, comments: entry.comments.clone() });
            }
        }
    }
    for entry in above.entries().iter().filter(|entry| below.get(&entry.key).is_none()) {
        if entry.value.is_null() {
            reader.report(nothing_to_remove(entry, below));
        } else {
            entries.push(entry.clone());
        }
    }
    Node { value: Value::Mapping(Mapping::new(entries)), ..base.clone() }
}

fn nothing_to_remove(entry: &Entry, base: &Mapping) -> Diagnostic {
    let fault = Diagnostic::error("nothing-to-remove", format!("there is no `{}` to remove", *entry.key))
        .at(entry.key.span, "`null` removes what the base gives");
    match nearest(&entry.key, base.entries().iter().map(|entry| entry.key.value.as_str())) {
        Some(near) => fault.help(format!("did you mean `{near}`?")).suggest(entry.key.span, near),
        None => fault.help("remove this line"),
    }
}
