//! One environment's product, merged and typed: what rules examine and engines run.

use serde::{Deserialize, Serialize};
use towel_source::Spanned;

use crate::{
    Alert, BackupStore, Budget, Channel, Client, Datastore, Environment, Freeze, Mail, Notification, OutsideProbe,
    Secret, Service, Team, Template,
};

/// The whole product in one environment: defaults of the class applied, restated fields merged,
/// references resolved to names. Whether it makes sense is for `towel-check` to say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stack {
    /// The product's name.
    pub name: Spanned<String>,
    /// One line about it.
    pub description: Option<Spanned<String>>,
    /// The team that owns it.
    pub owner: Option<Spanned<String>>,
    /// Where its source lives.
    pub repository: Option<Spanned<String>>,
    /// The environment this stack is for.
    pub environment: Environment,
    /// In the order of the file.
    pub services: Vec<Service>,
    /// In the order of the file.
    pub datastores: Vec<Datastore>,
    /// Parts that run on users' devices.
    #[serde(default)]
    pub clients: Vec<Client>,
    /// Where backups go.
    pub backup_stores: Vec<BackupStore>,
    /// Declared secrets.
    pub secrets: Vec<Secret>,
    /// Times without deploys that concern this environment.
    pub freezes: Vec<Freeze>,
    /// Alerts declared by hand.
    pub alerts: Vec<Alert>,
    /// Probes from outside.
    pub probes: Vec<OutsideProbe>,
    /// Who hears of what.
    pub notify: Vec<Notification>,
    /// How alerts are mailed.
    #[serde(default)]
    pub mail: Option<Mail>,
    /// Teams that may own things.
    pub teams: Vec<Team>,
    /// Most that a month may cost.
    pub budget: Option<Spanned<Budget>>,
    /// IANA time zone: whose local time freezes without their own zone and alerts' `during` mean.
    pub timezone: Spanned<String>,
}

impl Stack {
    /// The service of that name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| *service.name == name)
    }

    /// The datastore of that name.
    pub fn datastore(&self, name: &str) -> Option<&Datastore> {
        self.datastores.iter().find(|datastore| *datastore.name == name)
    }

    /// Every text in it that may hold references.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        let channels = self.notify.iter().flat_map(|notification| &notification.to);
        let webhooks = channels.filter_map(|channel| match channel {
            Channel::Discord(url) | Channel::Webhook(url) => Some(&url.value),
            Channel::Slack(_) | Channel::Email(_) => None,
        });
        let probes = self.probes.iter().map(|probe| &probe.url.value);
        let mail = self.mail.iter().flat_map(Mail::templates);
        self.services.iter().flat_map(Service::templates).chain(probes).chain(webhooks).chain(mail)
    }
}
