//! A compose file beside the source: more evidence, not the source of everything.

use towel_source::{Sources, parse};

use super::tree::{Tree, place};
use crate::account::{Cursor, Ledger};
use crate::draft::{Datastore, Service};
use crate::import::Around;

/// What a compose file tells.
#[derive(Default)]
pub(super) struct Beside {
    /// Its path; empty when there is none.
    pub(super) path: String,
    /// Its datastores, each with its place.
    pub(super) stores: Vec<(Datastore, String)>,
    /// Its services.
    pub(super) services: Vec<Service>,
    text: String,
}

const NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// The compose file at the root.
pub(super) fn read(tree: Tree<'_>, files: &dyn crate::files::Files) -> Beside {
    let found = NAMES.iter().find_map(|name| Some(((*name).to_owned(), tree.read("", name)?)));
    let Some((path, text)) = found else { return Beside::default() };
    let mut sources = Sources::new();
    let id = sources.add(path.clone(), text.clone());
    let root = sources.get(id).and_then(|source| parse(source).0);
    let Some(root) = root else { return Beside { path, text, ..Beside::default() } };
    let ledger = Ledger::default();
    let around = Around { files, folder: String::new(), product: "product".to_owned() };
    let draft = crate::compose::convert(&Cursor::root(&root, &ledger), &around);
    let stores = draft.datastores.into_iter().map(|store| {
        let shown = store.version.as_ref().and_then(|version| version.note.as_deref()).unwrap_or(&store.name);
        let at = place(&path, &text, shown.rsplit(' ').next().unwrap_or(shown));
        (store, at)
    });
    let stores = stores.collect();
    Beside { path, stores, services: draft.services, text }
}

impl Beside {
    /// The service that is built from a folder, with its place.
    pub(super) fn built_from(&self, folder: &str) -> Option<(&Service, String)> {
        let shown = if folder.is_empty() { "." } else { folder };
        let mut all = self.services.iter();
        let found = all.find(|service| service.source.as_ref().is_some_and(|source| source.value == shown))?;
        Some((found, place(&self.path, &self.text, &format!("{}:", found.name))))
    }
}
