//! Hosts in routes, Gateways and Ingresses, as the values of the services that they lead to.

use std::collections::HashMap;

use super::align::{Aligned, Thing};
use super::draft::{Draft, find};
use super::hole::Form;
use super::naming::expression;
use super::setting::Setting;
use super::value::{Leaf, Shape};
use crate::kubernetes::object::Part;
use crate::yaml::{Map, Yaml};

/// For each environment, the service that a host leads to.
pub(super) type Hosts = Vec<HashMap<String, String>>;

/// Finds the hosts of all services; the first service at a host stands for it.
pub(super) fn hosts(parts: &mut [Aligned<'_>], environments: usize) -> Hosts {
    let mut hosts: Hosts = vec![HashMap::new(); environments];
    for aligned in parts {
        let Part::Service(service) = aligned.part else { continue };
        for thing in aligned.things.iter_mut().filter(|thing| leads(thing)) {
            for (tree, hosts) in thing.trees.iter_mut().zip(&mut hosts) {
                if let Some(host) = tree.as_mut().and_then(host_of) {
                    hosts.entry(host).or_insert_with(|| service.to_owned());
                }
            }
        }
    }
    hosts
}

fn leads(thing: &Thing) -> bool {
    matches!(thing.kind, "HTTPRoute" | "Ingress")
}

fn host_of(tree: &mut Map) -> Option<String> {
    for pointer in [&["spec", "hostnames", "0"][..], &["spec", "rules", "0", "host"]] {
        if let Some(Yaml::Text(host)) = find(tree, pointer) {
            return Some(host.clone().into_owned());
        }
    }
    None
}

/// Makes the host of a service a value.
pub(super) fn mark_own(things: &mut [Thing], draft: &mut Draft) {
    let mut all: Vec<Option<String>> = Vec::new();
    for thing in things.iter_mut().filter(|thing| leads(thing)) {
        all.resize(thing.trees.len(), None);
        for (tree, host) in thing.trees.iter_mut().zip(&mut all) {
            *host = host.take().or_else(|| tree.as_mut().and_then(host_of));
        }
    }
    if all.iter().all(Option::is_none) {
        return;
    }
    let setting = |host: &Option<String>| host.clone().map_or(Setting::Absent, |host| Setting::Is(Yaml::from(host)));
    let settings = all.iter().map(setting).collect();
    let about = "Where the outside finds it".to_owned();
    let asks = draft.put(&["host".to_owned()], Leaf { settings, shape: Shape::Host, about });
    let label = draft.name.clone();
    for thing in things.iter_mut().filter(|thing| leads(thing)) {
        for (environment, (tree, host)) in thing.trees.iter_mut().zip(&all).enumerate() {
            let (Some(tree), Some(host)) = (tree, host) else { continue };
            let known = |text: &str| (text == host).then(|| (asks.clone(), label.clone()));
            mark(tree, environment, &known, draft);
        }
    }
}

/// Puts the hosts of services where the product's front door names them.
pub(super) fn mark_all(things: &mut [Thing], hosts: &Hosts, draft: &mut Draft) {
    for thing in things.iter_mut().filter(|thing| thing.kind == "Gateway") {
        for (environment, (tree, hosts)) in thing.trees.iter_mut().zip(hosts).enumerate() {
            let Some(tree) = tree else { continue };
            let known = |text: &str| {
                let service = hosts.get(text)?;
                let path = ["services", service, "host"].map(str::to_owned);
                Some((expression(".Values", &path), service.clone()))
            };
            mark(tree, environment, &known, draft);
        }
    }
}

/// How a host is asked for, and whose it is.
type Known<'k> = &'k dyn Fn(&str) -> Option<(String, String)>;

fn mark(tree: &mut Map, environment: usize, known: Known<'_>, draft: &mut Draft) {
    if let Some(Yaml::Map(spec)) = tree.get_mut("spec") {
        *spec = marked(std::mem::take(spec), environment, known, draft);
    }
}

fn marked(map: Map, environment: usize, known: Known<'_>, draft: &mut Draft) -> Map {
    map.map_values(|key, value| match value {
        // What the route leads to is named like a service, and a host may be called like one.
        value if key == "backendRefs" || key == "backend" => value,
        Yaml::Text(text) => marked_text(key, &text, environment, known, draft).unwrap_or(Yaml::Text(text)),
        Yaml::Map(map) => Yaml::Map(marked(map, environment, known, draft)),
        Yaml::Row(items) => {
            Yaml::Row(items.into_iter().map(|it| marked_item(key, it, environment, known, draft)).collect())
        }
        Yaml::List(items) => {
            Yaml::List(items.into_iter().map(|it| marked_item(key, it, environment, known, draft)).collect())
        }
        value => value,
    })
}

fn marked_item(key: &str, item: Yaml, environment: usize, known: Known<'_>, draft: &mut Draft) -> Yaml {
    match item {
        Yaml::Map(map) if key == "parentRefs" => Yaml::Map(map.map_values(|key, value| match value {
            Yaml::Text(text) if key == "sectionName" => {
                marked_text(key, &text, environment, known, draft).unwrap_or(Yaml::Text(text))
            }
            value => value,
        })),
        Yaml::Map(map) => Yaml::Map(marked(map, environment, known, draft)),
        Yaml::Text(text) => marked_text(key, &text, environment, known, draft).unwrap_or(Yaml::Text(text)),
        item => item,
    }
}

/// A host as it is, as the name of a listener, or as that of the Secret with its certificate.
fn marked_text(key: &str, text: &str, environment: usize, known: Known<'_>, draft: &mut Draft) -> Option<Yaml> {
    if !matches!(key, "host" | "hosts" | "hostname" | "hostnames" | "name" | "sectionName" | "secretName") {
        return None;
    }
    let (name, ending) = text.strip_suffix("-tls").map_or((text, ""), |name| (name, "-tls"));
    let any = name.strip_prefix("any.").map(|rest| format!("*.{rest}"));
    let (name, ending, found) = [(text, ""), (name, ending)]
        .into_iter()
        .find_map(|(name, ending)| known(name).map(|found| (name.to_owned(), ending, (found.0, found.1))))
        .or_else(|| {
            let (asks, label) = known(any.as_deref()?)?;
            Some((name.to_owned(), ending, (format!("{asks} | replace \"*\" \"any\""), label)))
        })?;
    let (asks, label) = found;
    let form = if ending.is_empty() { Form::Text } else { Form::Within };
    let mark = draft.holes.mark(form, asks, &label);
    draft.holes.remember(&mark, environment, &Yaml::from(name));
    Some(Yaml::from(format!("{mark}{ending}")))
}
