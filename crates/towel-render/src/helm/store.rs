//! What people change about datastores, taken out of their objects and made values.

use towel_model::{DatastoreKind, Stack};

use super::align::Thing;
use super::draft::{Draft, find};
use super::hole::Form;
use super::naming::{expression, section};
use super::part::Context;
use super::setting::Setting;
use super::value::{Leaf, Shape};
use super::workload::{POD, mark_resources, of_kind};
use crate::yaml::Yaml;

/// The values of a datastore.
pub(super) fn mark_datastore(datastore: &str, things: &mut [Thing], context: &Context<'_>, draft: &mut Draft) {
    if let Some(set) = of_kind(things, "StatefulSet") {
        mark_resources(datastore, set, draft);
        let pointer = ["spec", "volumeClaimTemplates", "0", "spec", "resources", "requests", "storage"];
        let about = "The size of its volume; the cluster never changes that of one that is there";
        draft.take(&mut set.trees, &pointer, &["storage"], Shape::Quantity, about);
        mark_connections(datastore, set, context, draft);
    }
    for thing in things.iter_mut() {
        match thing.kind {
            "PersistentVolumeClaim" => {
                let mut path = section(thing.kind, &thing.name, datastore);
                path.push("storage".to_owned());
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                let pointer = ["spec", "resources", "requests", "storage"];
                draft.take(
                    &mut thing.trees,
                    &pointer,
                    &path,
                    Shape::Quantity,
                    "The size of the volume with its backups",
                );
            }
            "CronJob" => mark_folder(thing, context, draft),
            _ => {}
        }
    }
}

/// How each kind of server is told its limit of connections.
fn limit(kind: DatastoreKind, count: &str) -> Option<String> {
    match kind {
        DatastoreKind::Postgres | DatastoreKind::Mysql | DatastoreKind::Mariadb => {
            Some(format!("--max-connections={count}"))
        }
        DatastoreKind::Redis => Some(format!("--maxclients {count}")),
        DatastoreKind::Mongodb => Some(format!("--maxConns {count}")),
        DatastoreKind::Rabbitmq | DatastoreKind::S3 => None,
    }
}

fn mark_connections(name: &str, set: &mut Thing, context: &Context<'_>, draft: &mut Draft) {
    let limits: Vec<Option<(DatastoreKind, u32)>> = context.stacks.iter().map(|stack| declared(stack, name)).collect();
    let settings: Vec<Setting> = set
        .trees
        .iter()
        .zip(&limits)
        .map(|(tree, limit)| match (tree, limit) {
            (None, _) => Setting::Unused,
            (Some(_), None) => Setting::Absent,
            (Some(_), Some((_, count))) => Setting::Is(Yaml::from(*count)),
        })
        .collect();
    if !settings.iter().any(|it| it.value().is_some()) {
        return;
    }
    let about = "The most connections that it takes".to_owned();
    let expression = draft.put(&["maxConnections".to_owned()], Leaf { settings, shape: Shape::Count, about });
    let mark = draft.holes.mark(Form::Within, format!("int64 {expression}"), "maxConnections");
    let container = format!("={name}");
    for (environment, (tree, declared)) in set.trees.iter_mut().zip(&limits).enumerate() {
        let (Some(tree), Some((kind, count))) = (tree, declared) else { continue };
        let count = count.to_string();
        let (Some(from), Some(to)) = (limit(*kind, &count), limit(*kind, &mark)) else { continue };
        draft.holes.remember(&mark, environment, &Yaml::from(count.clone()));
        for list in ["args", "command"] {
            let pointer = [&POD[..], &["containers", &container, list]].concat();
            let Some(Yaml::List(words)) = find(tree, &pointer) else { continue };
            words.iter_mut().for_each(|word| substitute(word, &from, &to));
        }
    }
}

fn declared(stack: &Stack, name: &str) -> Option<(DatastoreKind, u32)> {
    let datastore = stack.datastores.iter().find(|datastore| datastore.name.as_str() == name)?;
    let count = datastore.max_connections.as_ref()?.value;
    limit(*datastore.kind, "").map(|_| (*datastore.kind, count))
}

/// Only whole words: 30 is not in 300.
fn substitute(text: &mut Yaml, from: &str, to: &str) {
    let Yaml::Text(found) = text else { return };
    let Some(place) = found.find(from) else { return };
    let rest = found.get(place + from.len()..).unwrap_or_default();
    if !rest.starts_with(|next: char| next.is_ascii_digit()) {
        *text = Yaml::from(found.replacen(from, to, 1));
    }
}

/// Stores keep the backups of each environment in a folder of its own.
fn mark_folder(backup: &mut Thing, context: &Context<'_>, draft: &mut Draft) {
    let asks = expression(".Values", &["environment".to_owned()]);
    let mark = draft.holes.mark(Form::Within, asks, "environment");
    for (environment, (tree, stack)) in backup.trees.iter_mut().zip(context.stacks).enumerate() {
        let Some(tree) = tree else { continue };
        let name = stack.environment.name.as_str();
        let (from, to) = (format!("{}/{name}/", context.product), format!("{}/{mark}/", context.product));
        draft.holes.remember(&mark, environment, &Yaml::from(name.to_owned()));
        let pointer = ["spec", "jobTemplate", "spec", "template", "spec", "containers"];
        let Some(Yaml::List(containers)) = find(tree, &pointer) else { continue };
        for container in containers {
            let Yaml::Map(container) = container else { continue };
            let Some(Yaml::List(words)) = container.get_mut("command") else { continue };
            words.iter_mut().for_each(|word| substitute(word, &from, &to));
        }
    }
}
