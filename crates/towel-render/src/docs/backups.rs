//! What is saved, where, and how it comes back.

use towel_check::CheckedStack;
use towel_model::{BackupPlace, BackupStore, Datastore, DatastoreKind, Stack};

use super::command::{Shell, by_environment};
use super::markdown::{Page, code};
use super::settings::{self, Section};
use super::words::{is_managed, joined, kept, time};
use crate::Product;

/// Whether there is anything to say.
pub(super) fn is_there(product: &Product) -> bool {
    let stack = product.strictest();
    saved(stack).next().is_some() || !stack.backup_stores.is_empty()
}

/// What is saved in all environments.
pub(super) fn page(product: &Product, shells: &[Shell<'_>]) -> String {
    let stack = product.strictest();
    let saved: Vec<&Datastore> = saved(stack).collect();
    let mut page = Page::new("Backups", "datastores, backup_stores");
    page.paragraph("A backup counts once it has been restored.");
    promised(&mut page, product);
    stores(&mut page, stack);
    copies(&mut page, stack);
    restore(&mut page, product, shells, &saved);
    page.finish()
}

fn saved(stack: &Stack) -> impl Iterator<Item = &Datastore> {
    stack.datastores.iter().filter(|datastore| datastore.backup.is_some())
}

fn promised(page: &mut Page, product: &Product) {
    page.heading("What is promised");
    page.paragraph("RPO: the most data that may be lost, as time. RTO: the most time until it is back.");
    let names: Vec<&str> = product.stacks().iter().map(|stack| stack.environment.name.as_str()).collect();
    for datastore in saved(product.strictest()) {
        page.subheading(&datastore.name);
        let sections: Vec<Vec<Section>> =
            product.stacks().iter().map(|stack| vec![section(stack, &datastore.name)]).collect();
        settings::write_below(page, &names, &sections);
    }
}

fn section(stack: &CheckedStack, name: &str) -> Section {
    let mut section = Section::new("");
    let Some(backup) = stack.datastore(name).and_then(|datastore| datastore.backup.as_ref()) else { return section };
    section.set("RPO", backup.rpo.as_ref().map(|rpo| time(**rpo)));
    section.set("RTO", backup.rto.as_ref().map(|rto| time(**rto)));
    section.set("made every", time(*backup.every));
    section.set("takes", backup.takes.as_ref().map(|takes| time(**takes)));
    section.set("kept", kept(backup.keep));
    let to: Vec<&str> = backup.to.iter().map(|store| store.as_str()).collect();
    section.set("goes to", joined(&to));
    section.set("a restore is practised every", backup.drill.as_ref().map(|drill| time(**drill)));
    section
}

fn stores(page: &mut Page, stack: &Stack) {
    if stack.backup_stores.is_empty() {
        return;
    }
    page.heading("Stores");
    let rows = stack.backup_stores.iter().map(|store| {
        let where_to = if store.offsite { "another site" } else { "here" };
        vec![store.name.to_string(), described(store), where_to.to_owned()]
    });
    page.table(&["Store", "What", "Stands"], &rows.collect::<Vec<_>>());
}

fn described(store: &BackupStore) -> String {
    match &store.place {
        BackupPlace::Path(path) => format!("the folder {}", code(path)),
        BackupPlace::S3 { bucket, region, endpoint } => {
            let region = region.as_ref().map_or_else(String::new, |region| format!(" in {}", region.as_str()));
            let endpoint = endpoint.as_ref().map_or_else(String::new, |url| format!(" at {}", code(url)));
            format!("the bucket {}{region}{endpoint}", code(bucket))
        }
    }
}

/// Three copies, on two kinds of storage, one of them elsewhere: which datastores have that.
fn copies(page: &mut Page, stack: &Stack) {
    page.heading("Three, two, one");
    page.paragraph("Three copies (the data itself counts), on two kinds of storage, one of them elsewhere:");
    let rows = saved(stack).map(|datastore| {
        let backup = datastore.backup.as_ref();
        let to: Vec<&BackupStore> = backup
            .iter()
            .flat_map(|backup| &backup.to)
            .filter_map(|name| stack.backup_stores.iter().find(|store| store.name.value == name.value))
            .collect();
        let bucket = |store: &&BackupStore| matches!(store.place, BackupPlace::S3 { .. });
        let kinds = 1 + usize::from(to.iter().any(bucket));
        let elsewhere = to.iter().filter(|store| store.offsite).count();
        let yes = if to.len() + 1 >= 3 && kinds >= 2 && elsewhere >= 1 { "yes" } else { "no" };
        vec![
            datastore.name.to_string(),
            (to.len() + 1).to_string(),
            kinds.to_string(),
            elsewhere.to_string(),
            yes.to_owned(),
        ]
    });
    page.table(&["Datastore", "Copies", "Kinds of storage", "Elsewhere", "Kept to"], &rows.collect::<Vec<_>>());
}

fn restore(page: &mut Page, product: &Product, shells: &[Shell<'_>], saved: &[&Datastore]) {
    if saved.is_empty() {
        return;
    }
    page.heading("Bringing data back");
    let users: Vec<&str> =
        product.strictest().services.iter().filter(|service| uses(service, saved)).map(|it| it.name.as_str()).collect();
    let stop = by_environment(shells, |shell| {
        if shell.in_cluster() {
            users.iter().map(|name| shell.kubectl(&format!("scale deployment/{name} --replicas=0"))).collect()
        } else {
            vec![shell.towel("down")]
        }
    });
    let mut steps = vec![
        ("Say what happened and since when. The backup to take is the last one before that.".to_owned(), Vec::new()),
        ("See which backups there are, and fetch the one you want. Compare its checksum.".to_owned(), fetched(product.strictest())),
        ("Restore it into an empty server beside the one that runs, never over it. Count what matters and compare.".to_owned(), restored(saved)),
        ("Stop whoever writes.".to_owned(), stop),
        ("Let the services use the restored server, or copy its data over; start them again; watch the first requests.".to_owned(), Vec::new()),
        ("Write down how long it took and how much was lost. If that is more than promised, the promise or the backups have to change.".to_owned(), Vec::new()),
    ];
    let managed: Vec<&str> = saved
        .iter()
        .filter(|datastore| is_managed(datastore, product.strictest()))
        .map(|it| it.name.as_str())
        .collect();
    if !managed.is_empty() {
        steps.insert(
            2,
            (
                format!(
                    "{} run by a provider: a snapshot of the provider is brought back as a new server.",
                    joined(&managed)
                ),
                Vec::new(),
            ),
        );
    }
    page.steps(&steps);
}

fn uses(service: &towel_model::Service, saved: &[&Datastore]) -> bool {
    service.needs.iter().any(|need| saved.iter().any(|datastore| datastore.name.value == need.value))
}

fn fetched(stack: &Stack) -> Vec<String> {
    let one = |store: &BackupStore| match &store.place {
        BackupPlace::Path(path) => format!("ls -lt {}", path.as_str()),
        BackupPlace::S3 { bucket, region, endpoint } => {
            let region = region.as_ref().map_or_else(String::new, |region| format!(" --region {}", region.as_str()));
            let endpoint =
                endpoint.as_ref().map_or_else(String::new, |url| format!(" --endpoint-url {}", url.as_str()));
            format!("aws s3 ls --recursive s3://{}/{region}{endpoint} | sort", bucket.as_str())
        }
    };
    let lines = stack.backup_stores.iter().map(one);
    lines.chain(["sha256sum --check NAME.sha256".to_owned()]).collect()
}

/// With the clients that belong to each kind.
fn restored(saved: &[&Datastore]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for datastore in saved {
        let line = match *datastore.kind {
            DatastoreKind::Postgres => "pg_restore --create --exit-on-error --dbname=postgres NAME.dump",
            DatastoreKind::Mysql => "gunzip --stdout NAME.sql.gz | mysql --database=app",
            DatastoreKind::Mariadb => "gunzip --stdout NAME.sql.gz | mariadb --database=app",
            DatastoreKind::Mongodb => "mongorestore --gzip --archive=NAME.archive.gz --drop",
            DatastoreKind::Redis => {
                "redis-check-rdb NAME.rdb && redis-server --dir . --dbfilename NAME.rdb --appendonly no"
            }
            DatastoreKind::Rabbitmq | DatastoreKind::S3 => continue,
        };
        lines.push(format!("# {}", datastore.name.as_str()));
        lines.push(line.to_owned());
    }
    lines
}
