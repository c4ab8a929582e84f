//! The datastores of a product: one of each kind, whoever speaks to it.

use super::compose_beside::Beside;
use super::project::Project;
use crate::draft::{Datastore, DatastoreKind, Names, Noted};
use crate::read::{Parties, Party, What};

/// A datastore, and what tells of it.
pub(super) struct Store {
    pub(super) kind: DatastoreKind,
    pub(super) name: String,
    pub(super) evidence: Vec<String>,
    draft: Datastore,
}

/// All datastores of a product.
pub(super) struct Stores {
    pub(super) all: Vec<Store>,
}

impl Stores {
    /// Of what projects' dependencies, their examples of variables and a compose file say.
    pub(super) fn of(
        projects: &[Project],
        named: &[(DatastoreKind, String)],
        beside: &Beside,
        names: &mut Names,
    ) -> Self {
        let mut stores = Self { all: Vec::new() };
        for (store, place) in &beside.stores {
            stores.add(store.kind.value, place.clone(), beside, names);
        }
        for (kind, why) in projects.iter().flat_map(|project| &project.stores).chain(named) {
            stores.add(*kind, why.clone(), beside, names);
        }
        stores
    }

    /// The datastore of a kind; drivers of MySQL speak to MariaDB as well.
    pub(super) fn of_kind(&self, kind: DatastoreKind) -> Option<&Store> {
        let sql = |kind| matches!(kind, DatastoreKind::Mysql | DatastoreKind::Mariadb);
        let exact = self.all.iter().find(|store| store.kind == kind);
        exact.or_else(|| self.all.iter().find(|store| sql(kind) && sql(store.kind)))
    }

    fn add(&mut self, kind: DatastoreKind, why: String, beside: &Beside, names: &mut Names) {
        if let Some(known) = self.of_kind(kind).map(|store| store.kind)
            && let Some(store) = self.all.iter_mut().find(|store| store.kind == known)
        {
            if !store.evidence.contains(&why) {
                store.evidence.push(why);
            }
            return;
        }
        let seen = beside.stores.iter().find(|(store, _)| store.kind.value == kind);
        let name = names.give(seen.map_or(kind.name(), |(store, _)| store.name.as_str()));
        let mut draft = Datastore::new(name.clone(), Noted::plain(kind));
        draft.version = match seen {
            Some((store, place)) => store.version.clone().map(|version| Noted::new(version.value, place.clone())),
            None => kind
                .usual_version()
                .map(|usual| Noted::new(usual.to_owned(), "a guess: write the version that you run")),
        };
        draft.storage = seen.and_then(|(store, _)| store.storage.clone());
        self.all.push(Store { kind, name, evidence: vec![why], draft });
    }

    /// For the draft, each with a comment that says what tells of it.
    pub(super) fn drafts(&self) -> Vec<Datastore> {
        let one = |store: &Store| {
            let mut draft = store.draft.clone();
            draft.kind.note = Some(store.evidence.join("; "));
            draft
        };
        self.all.iter().map(one).collect()
    }

    /// As variables name them.
    pub(super) fn parties(&self, services: impl IntoIterator<Item = Party>) -> Parties {
        let store = |store: &Store| {
            let local = ["localhost", "127.0.0.1", "host.docker.internal", "0.0.0.0"];
            let mut hosts: Vec<(String, Option<u16>)> =
                local.iter().map(|host| ((*host).to_owned(), Some(store.kind.port()))).collect();
            hosts.push((store.name.clone(), None));
            hosts.push((store.kind.name().to_owned(), None));
            let what = What::Store { kind: store.kind, user: None, password: None, database: None };
            Party { hosts, name: store.name.clone(), what }
        };
        Parties::new(self.all.iter().map(store).chain(services).collect())
    }
}
