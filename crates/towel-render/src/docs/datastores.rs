//! The page of datastores: what each is, who uses it, how it is saved.

use towel_check::CheckedStack;
use towel_model::{Datastore, DatastoreKind, Stack};

use super::backups;
use super::link::From;
use super::markdown::{Page, code};
use super::settings::{self, Section};
use super::words::{is_managed, joined, kept, kind, time};
use crate::server::Server;
use crate::{Product, quantity};

/// One page for all of them.
pub(super) fn page(product: &Product) -> String {
    let mut page = Page::new("Datastores", "datastores");
    let strictest = product.strictest();
    let saved = if backups::is_there(product) { " How it is saved stands under [backups](backups.md)." } else { "" };
    page.paragraph(format!("What keeps data, who uses it, and how much of it there may be.{saved}"));
    for datastore in &strictest.datastores {
        page.heading(&datastore.name);
        let mut lines = vec![introduced(datastore)];
        lines.extend(users(strictest, datastore));
        page.paragraph(lines.join(" "));
        let of: Vec<(&CheckedStack, &Datastore)> =
            product.stacks().iter().filter_map(|stack| Some((stack, stack.datastore(&datastore.name)?))).collect();
        let environments: Vec<&str> = of.iter().map(|(stack, _)| stack.environment.name.as_str()).collect();
        let sections: Vec<Vec<Section>> = of.iter().map(|(stack, datastore)| vec![section(stack, datastore)]).collect();
        settings::write_below(&mut page, &environments, &sections);
    }
    page.finish()
}

fn introduced(datastore: &Datastore) -> String {
    format!("{}, {}.", kind(*datastore.kind), described(*datastore.kind))
}

const fn described(kind: DatastoreKind) -> &'static str {
    match kind {
        DatastoreKind::Postgres | DatastoreKind::Mysql | DatastoreKind::Mariadb => "a relational database",
        DatastoreKind::Mongodb => "a database of documents",
        DatastoreKind::Redis => "a store in memory",
        DatastoreKind::Rabbitmq => "a message broker",
        DatastoreKind::S3 => "a bucket for files",
    }
}

fn users(stack: &Stack, datastore: &Datastore) -> Option<String> {
    let name = &datastore.name.value;
    let users: Vec<String> = stack
        .services
        .iter()
        .filter(|service| service.needs.iter().any(|need| need.value == *name))
        .map(|service| From::Top.service(&service.name))
        .collect();
    (!users.is_empty()).then(|| format!("It is used by {}.", joined(&users)))
}

fn section(stack: &Stack, datastore: &Datastore) -> Section {
    let server = Server::of(datastore, stack);
    let mut section = Section::new("");
    let managed = is_managed(datastore, stack);
    section.set("version", datastore.version.as_ref().map(|version| version.to_string()));
    section.set("image", (!managed).then(|| code(&server.reference())));
    section.set("servers", datastore.replicas.value.to_string());
    section.set("port", server.port.to_string());
    section.set("volume", datastore.storage.as_ref().map(|size| quantity::size(size.value)));
    section.set("most connections", datastore.max_connections.as_ref().map(|most| most.value.to_string()));
    if let Some(managed) = datastore.managed.as_ref().filter(|_| managed) {
        section.set("run by", managed.by.name().to_owned());
        section.set("region", managed.region.as_ref().map(|region| region.to_string()));
        section.set("size", managed.size.as_ref().map(|size| code(size)));
        section.set("second one in another zone", managed.multi_az.then(|| "yes".to_owned()));
        section.set("copied to", managed.replicate_to.as_ref().map(|region| region.to_string()));
        section.set("provider's snapshots kept", managed.snapshots.as_ref().map(|kept| time(**kept)));
    }
    if let Some(backup) = &datastore.backup {
        let kept = kept(backup.keep);
        section.set(
            "backup",
            format!(
                "every {}{}",
                time(*backup.every),
                if kept.is_empty() { String::new() } else { format!(", {kept} kept") }
            ),
        );
    }
    section
}
