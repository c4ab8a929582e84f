//! What an environment restates of services or datastores, laid over the base before it is read.

use std::collections::HashMap;
use std::marker::PhantomData;

use towel_source::{Diagnostic, Mapping, Node, Spanned};

use crate::environment::Restated;
use crate::key::{Named, Read, Reader, nearest, shorten};
use crate::word::Name;

/// What an environment restates of all services, or of all datastores.
pub(crate) struct Restatements<'n, T> {
    over: HashMap<&'n str, &'n Node>,
    base: HashMap<&'n str, &'n Node>,
    of: PhantomData<T>,
}

impl<'n, T: Read + Clone> Restatements<'n, T> {
    /// Reports names that are not declared: an environment restates, it adds nothing.
    pub(crate) fn of(
        over: Option<&'n Named<Restated<T>>>,
        base: Option<&'n Node>,
        what: &str,
        reader: &mut Reader<'_>,
    ) -> Self {
        let base = base.and_then(Node::mapping);
        let entries = base.into_iter().flat_map(Mapping::entries);
        let below: HashMap<&str, &Node> = entries.map(|entry| (entry.key.value.as_str(), &entry.value)).collect();
        let mut above = HashMap::new();
        for (name, restated) in over.iter().flat_map(|over| &over.entries) {
            above.insert(name.value.0.as_str(), &restated.node);
            if !below.contains_key(name.value.0.as_str()) {
                reader.report(unknown(name, base, what));
            }
        }
        Self { over: above, base: below, of: PhantomData }
    }

    /// The keys that hold in the environment; none when it is removed there, or a fault was reported.
    pub(crate) fn apply(&self, name: &Spanned<Name>, base: &T, reader: &mut Reader<'_>) -> Option<T> {
        let name = name.value.0.as_str();
        let Some(over) = self.over.get(name) else { return Some(base.clone()) };
        if over.is_null() {
            return None;
        }
        let merged = crate::merge::merge(self.base.get(name)?, over, reader);
        T::read(&merged, reader)
    }
}

fn unknown(name: &Spanned<Name>, base: Option<&Mapping>, what: &str) -> Diagnostic {
    let fault =
        Diagnostic::error("unknown-reference", format!("there is no {what} `{}` to restate", shorten(&name.value.0)))
            .at(name.span, "not declared");
    let declared = base.into_iter().flat_map(Mapping::entries).map(|entry| entry.key.value.as_str());
    match nearest(&name.value.0, declared) {
        Some(near) => fault.help(format!("did you mean `{near}`?")).suggest(name.span, near),
        None => fault.help(format!(
            "declare it under `{what}s`; an environment in which it is not wanted removes it with `null`"
        )),
    }
}
