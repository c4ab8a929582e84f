//! Accessories: datastores by their image, services otherwise.

use super::file::Shared;
use super::variables;
use crate::account::Cursor;
use crate::draft::{Datastore, DatastoreKind, Draft, Image, Names, Noted, Probe, Question, Service, escape};
use crate::read::{Party, What, shell_line};

/// An accessory.
pub(super) struct Accessory<'a> {
    original: String,
    name: String,
    at: Cursor<'a>,
    kind: Option<DatastoreKind>,
}

/// All accessories.
pub(super) fn all<'a>(root: &Cursor<'a>, names: &mut Names) -> Vec<Accessory<'a>> {
    let all = root.get("accessories").map(|accessories| accessories.each()).unwrap_or_default();
    all.into_iter()
        .filter(|(_, at)| at.is_mapping())
        .map(|(original, at)| {
            let kind = at.get("image").and_then(|image| DatastoreKind::of_image(image.node().text()?));
            Accessory { name: names.give(&original), kind, at, original }
        })
        .collect()
}

impl Accessory<'_> {
    /// How variables name it: by its container, or by its host when it is alone there.
    pub(super) fn party(&self, root: &Cursor<'_>) -> Party {
        // Containers are called after the service as it is written, before it became a name of towel's.
        let written = root.get("service").and_then(|service| service.node().text()).unwrap_or_default();
        let mut hosts = vec![(format!("{written}-{}", self.original), None), (self.original.clone(), None)];
        if let Some(service) = self.at.get("service").and_then(|service| service.node().text()) {
            hosts.push((service.to_owned(), None));
        }
        let host = self.at.get("host").and_then(|host| Some(host.node().text()?.to_owned()));
        let port = self.port().or_else(|| self.kind.map(DatastoreKind::port));
        let others = root.get("accessories").map(|all| all.each()).unwrap_or_default();
        let sharing =
            others.iter().filter(|(_, other)| other.get("host").and_then(|it| it.node().text()) == host.as_deref());
        let alone = sharing.count() < 2;
        hosts.extend(host.map(|host| (host, if alone { None } else { port })));
        let what = match self.kind {
            Some(kind) => {
                let env = variables::peek(&self.at);
                let ending = |ends: &[&str]| {
                    let found = env.iter().find(|(name, _)| ends.iter().any(|end| name.ends_with(end)));
                    found.map(|(_, value)| value.clone())
                };
                let (user, database) = (ending(&["_USER", "_USERNAME"]), ending(&["_DB", "_DATABASE"]));
                What::Store { kind, user, password: None, database }
            }
            None => What::Service { port: self.port() },
        };
        Party { hosts, name: self.name.clone(), what }
    }

    /// The container's port in `3306`, `3306:3306` or `127.0.0.1:3306:3306`.
    fn port(&self) -> Option<u16> {
        self.at.get("port")?.node().text()?.rsplit(':').next()?.parse().ok()
    }

    /// Adds it to the draft.
    pub(super) fn convert(&self, shared: &Shared<'_>, draft: &mut Draft) {
        match self.kind {
            Some(kind) => self.store(kind, draft),
            None => self.service(shared, draft),
        }
    }

    fn store(&self, kind: DatastoreKind, draft: &mut Draft) {
        let Some(image) = self.at.get("image") else { return };
        let text = image.node().text().unwrap_or_default();
        let mut store = Datastore::new(self.name.clone(), Noted::plain(kind));
        match (Image::of(text).version(), kind.usual_version()) {
            (Some(version), _) => {
                image.converted();
                store.version = Some(Noted::new(version, text));
            }
            (None, Some(usual)) => {
                image.approximated(format!("a {} datastore; its version, `{usual}`, was guessed", kind.name()));
                store.version = Some(Noted::new(usual.to_owned(), format!("a guess: `{text}` says no version")));
            }
            (None, None) => image.converted(),
        }
        for key in ["directories", "volumes"] {
            let Some(list) = self.at.get(key) else { continue };
            list.approximated(
                "became `storage:`; the data itself stays where it is: dump it there and restore it here",
            );
            store.storage = Some(Noted::new("10Gi".to_owned(), "a guess: Kamal's directories have no size"));
        }
        for (_, at) in self.at.get("env").map(|env| env.each()).unwrap_or_default() {
            at.left_out("towel makes user, password and database itself: `${NAME.user}`, `.password`, `.name`");
        }
        draft.datastores.push(store);
    }

    fn service(&self, shared: &Shared<'_>, draft: &mut Draft) {
        let (env, told) = variables::of(&self.at, &shared.parties);
        let mut service = Service { name: self.name.clone(), env, ..Service::default() };
        if let Some(image) = self.at.get("image") {
            service.image = image.text().map(|text| Noted::plain(escape(text)));
        }
        if let Some(command) = self.at.get("cmd") {
            let text = command.node().text().unwrap_or_default();
            command.approximated("became `run:`, which is for this machine and for images that towel builds");
            service.run = Some(Noted::new(escape(&shell_line(text)), "was the container's command"));
        }
        if let Some(at) = self.at.get("port") {
            service.port = self.port().map(|port| Noted::new(port, "an accessory's port"));
            at.approximated("became `port:`; services reach it by `${NAME.url}`, the host's port is not opened");
        }
        service.port = service.port.or_else(|| told.map(|port| Noted::new(port, "was `PORT`")));
        if service.port.is_some() {
            let note = "a guess: Kamal asks accessories nothing";
            service.ready = Some(Noted::new(Probe::of(Question::Tcp), note));
        }
        if service.image.is_none() && service.run.is_none() {
            self.at.left_out("it names no image");
            return;
        }
        draft.services.push(service);
    }
}
