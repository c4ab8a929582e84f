//! The keys at the top of a file, and what of them is the same in every environment.

use towel_source::{Diagnostic, Span, Spanned};

use crate::alert::AlertKeys;
use crate::backup::BackupStoreKeys;
use crate::client::ClientKeys;
use crate::datastore::DatastoreKeys;
use crate::declared::TeamName;
use crate::environment::{EnvironmentKeys, Setting};
use crate::freeze::FreezeKeys;
use crate::key::{Map, Named, Reader, keys};
use crate::mail::MailKeys;
use crate::notification::NotifyKeys;
use crate::outside_probe::OutsideProbeKeys;
use crate::secret::SecretKeys;
use crate::service::ServiceKeys;
use crate::team::TeamKeys;
use crate::word::{Name, Positive, SecretName, Text, Zone};
use crate::{Budget, Stack};

keys! {
    /// A product: everything that towel knows about it stands in this one file.
    ProductKeys = "towel.yaml" {
        /// Version of the language.
        towel (required): Spanned<Positive>;
        /// Name of the product.
        name (required): Spanned<Name>;
        /// One line about it.
        description: Spanned<Text>;
        /// The team that owns it.
        owner: Spanned<TeamName>;
        /// Where its source lives.
        repository: Spanned<Text>;
        /// Whose local time freezes and alerts mean.
        timezone: Spanned<Zone>, default "UTC";
        /// Teams that may own things.
        teams: Named<TeamKeys>;
        /// Where it runs.
        environments: Named<EnvironmentKeys>, default "one of class dev, called `dev`";
        /// Its parts that run code.
        services: Named<ServiceKeys>;
        /// Its parts that run on users' devices.
        clients: Named<ClientKeys>;
        /// Its parts that keep data.
        datastores: Named<DatastoreKeys>;
        /// Where backups go.
        backup_stores: Named<BackupStoreKeys>;
        /// Values that never stand in this file.
        secrets: Map<SecretName, SecretKeys>;
        /// Times in which nothing is deployed.
        freezes: Vec<FreezeKeys>;
        /// Alerts besides those that follow from services, datastores, SLOs and backups.
        alerts: Vec<AlertKeys>;
        /// URLs that are fetched from outside, as users would.
        probes: Vec<OutsideProbeKeys>;
        /// Who hears of what.
        notify: NotifyKeys;
        /// How alerts are mailed.
        mail: MailKeys;
        /// Most that a month may cost.
        budget: Spanned<Budget>;
    }
}

/// The version of the language that is read here.
const LANGUAGE: u32 = 1;

impl ProductKeys {
    /// Reports what concerns several entries at once.
    pub(crate) fn check(&self, reader: &mut Reader<'_>) {
        if let Some(version) = self.towel
            && version.value.0 != LANGUAGE
        {
            reader.report(
                Diagnostic::error(
                    "unknown-language",
                    format!("version {} of the language is not known", version.value.0),
                )
                .at(version.span, format!("this towel reads version {LANGUAGE}"))
                .help("get a newer towel, or write the file in the older version"),
            );
        }
        let services = names(self.services.as_ref());
        let parts = services.chain(names(self.datastores.as_ref())).chain(names(self.clients.as_ref()));
        twice("service, datastore or client", parts, reader);
        let named = |name: &Option<Spanned<Text>>| name.as_ref().map(|name| (name.value.0.clone(), name.span));
        twice("freeze", self.freezes.iter().flatten().filter_map(|freeze| named(&freeze.name)), reader);
        twice("alert", self.alerts.iter().flatten().filter_map(|alert| named(&alert.name)), reader);
        for (name, span) in names(self.services.as_ref()).chain(names(self.datastores.as_ref())) {
            if matches!(name.as_str(), "env" | "secret" | "version") {
                reader.report(
                    Diagnostic::error(
                        "reserved-name",
                        format!("`{name}` cannot be the name of a service or datastore"),
                    )
                    .at(span, format!("`${{{name}…}}` already means something else"))
                    .help("give it another name"),
                );
            }
        }
    }

    /// Everything but services and datastores, which may be restated.
    pub(crate) fn build(self, setting: &Setting, reader: &mut Reader<'_>) -> Option<Stack> {
        let text = |text: Option<Spanned<Text>>| text.map(|text| text.map(|text| text.0));
        let name = self.name?.map(|name| name.0);
        let zone = self.timezone.map_or(Spanned::new("UTC".to_owned(), name.span), |zone| zone.map(|zone| zone.0));
        let stores = self.backup_stores.unwrap_or_default().entries;
        Some(Stack {
            name,
            description: text(self.description),
            owner: self.owner.map(|owner| owner.map(|owner| owner.0)),
            repository: text(self.repository),
            environment: setting.environment.clone(),
            services: Vec::new(),
            datastores: Vec::new(),
            clients: each(self.clients, |(name, client)| client.build(name)).into_iter().flatten().collect(),
            backup_stores: stores.into_iter().filter_map(|(name, store)| store.build(name, reader)).collect(),
            secrets: each(self.secrets, |(name, secret)| secret.build(name)),
            freezes: self.freezes.into_iter().flatten().filter_map(|it| it.build(setting, &zone, reader)).collect(),
            alerts: self.alerts.into_iter().flatten().filter_map(|it| it.build(setting, reader)).collect(),
            probes: self.probes.into_iter().flatten().filter_map(|it| it.build(setting, reader)).collect(),
            notify: self.notify.map(|notify| notify.build(reader)).unwrap_or_default(),
            mail: self.mail.and_then(|mail| mail.build(reader)),
            teams: each(self.teams, |(name, team)| team.build(name)),
            budget: self.budget,
            timezone: zone,
        })
    }
}

fn each<K, V, T>(map: Option<Map<K, V>>, build: impl FnMut((Spanned<K>, V)) -> T) -> Vec<T> {
    map.map(|map| map.entries).unwrap_or_default().into_iter().map(build).collect()
}

fn names<V>(map: Option<&Named<V>>) -> impl Iterator<Item = (String, Span)> {
    map.into_iter().flat_map(|map| &map.entries).map(|(name, _)| (name.value.0.clone(), name.span))
}

/// Reports names that are given twice among things that are told apart by them.
fn twice(what: &str, all: impl Iterator<Item = (String, Span)>, reader: &mut Reader<'_>) {
    let mut first = std::collections::HashMap::new();
    for (name, span) in all {
        if let Some(earlier) = first.insert(name.clone(), span) {
            reader.report(
                Diagnostic::error("name-taken-twice", format!("there are two of the name `{name}`"))
                    .at(span, format!("a {what} of the same name"))
                    .also(earlier, "the first")
                    .help("give one of them another name"),
            );
        }
    }
}
