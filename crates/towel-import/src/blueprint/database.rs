//! Databases and key-value stores.

use super::file::{Entry, Kind};
use crate::draft::{Datastore, DatastoreKind, Noted};

/// A datastore.
pub(super) fn convert(entry: &Entry<'_>) -> Datastore {
    let at = &entry.at;
    let kind = if entry.kind == Kind::Postgres { DatastoreKind::Postgres } else { DatastoreKind::Redis };
    let mut store = Datastore::new(entry.name.clone(), Noted::plain(kind));
    let given = at.get("postgresMajorVersion").filter(|version| version.node().text().is_some());
    store.version = match given.as_ref().and_then(|version| version.text()) {
        Some(version) => Some(Noted::plain(version.to_owned())),
        None => {
            if let Some(name) = at.get("name") {
                name.approximated("the blueprint names no version; one was guessed");
            }
            kind.usual_version().map(|usual| Noted::new(usual.to_owned(), "a guess: the blueprint names no version"))
        }
    };
    store.storage = at.get("diskSizeGB").and_then(|size| {
        let gigabytes: u32 = size.peek()?.parse().ok()?;
        size.converted();
        Some(Noted::plain(format!("{gigabytes}Gi")))
    });
    store
}
