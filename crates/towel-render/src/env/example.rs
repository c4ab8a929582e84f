//! The text of `.env.example`.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use towel_model::Reference;

use super::demand::{Composed, Demand, Group, Need, demands, merge};
use crate::file::origin;
use crate::{Product, compose};

/// A variable, and the environments that cannot do without it.
struct Entry {
    demand: Demand,
    required_in: Vec<String>,
}

/// The whole file; none when there is nothing to fill in and no contract.
pub(super) fn text(product: &Product) -> Option<String> {
    let entries = entries(product);
    let mut sections = String::new();
    section(
        "Datastores: letters and digits alone, since passwords become part of URLs",
        &entries,
        &mut sections,
        |entry| entry.demand.group == Group::Datastores,
    );
    section("Used by several services", &entries, &mut sections, |entry| is_of_users(entry) && users(entry).len() > 1);
    let own = by_only_user(&entries);
    for service in services(product) {
        let (own, given) = (own.get(service).map_or(&[][..], Vec::as_slice), given(product, service));
        if !own.is_empty() || !given.is_empty() {
            heading(&format!("Service `{service}`"), &mut sections);
            own.iter().for_each(|entry| write_entry(entry, &mut sections));
            sections.push_str(&given);
        }
    }
    section("Used by the platform itself", &entries, &mut sections, |entry| {
        is_of_users(entry) && users(entry).is_empty()
    });
    section("Versions of the images that Docker Compose runs", &entries, &mut sections, |entry| {
        entry.demand.group == Group::Versions
    });
    let introduction = "# Copy this file to `.env` and fill it in. `towel up` and Docker Compose read that one; it holds secrets, so it is\n\
                        # never committed. Lines that are commented out may stay so. In a cluster, the same names are its secrets' alone.\n";
    (!sections.is_empty()).then(|| format!("{}{introduction}{sections}", origin("#", "")))
}

/// What a single service uses.
fn by_only_user(entries: &[Entry]) -> HashMap<&str, Vec<&Entry>> {
    let mut own: HashMap<&str, Vec<&Entry>> = HashMap::new();
    for entry in entries.iter().filter(|entry| is_of_users(entry)) {
        if let [user] = users(entry)[..] {
            own.entry(user).or_default().push(entry);
        }
    }
    own
}

fn entries(product: &Product) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let composed: Vec<&str> =
        compose::settings(product).iter().map(|setting| setting.stack.environment.name.as_str()).collect();
    for stack in product.stacks() {
        let is_composed = composed.contains(&stack.environment.name.as_str());
        for demand in demands(stack, if is_composed { Composed::Yes } else { Composed::No }) {
            let required = (demand.need == Need::All).then(|| stack.environment.name.to_string());
            match places.get(&demand.name).and_then(|place| entries.get_mut(*place)) {
                Some(entry) => {
                    merge(&mut entry.demand, demand);
                    entry.required_in.extend(required);
                }
                None => {
                    places.insert(demand.name.clone(), entries.len());
                    entries.push(Entry { demand, required_in: required.into_iter().collect() });
                }
            }
        }
    }
    entries
}

fn is_of_users(entry: &Entry) -> bool {
    entry.demand.group == Group::Users
}

/// Names of services, each once.
fn users(entry: &Entry) -> Vec<&str> {
    let mut users: Vec<&str> = entry.demand.users.iter().map(|(service, _)| service.as_str()).collect();
    users.dedup();
    users
}

/// Names of services of all environments, each once.
fn services(product: &Product) -> Vec<&str> {
    let mut seen = HashSet::new();
    let services = product.stacks().iter().flat_map(|stack| &stack.services);
    services.map(|service| service.name.as_str()).filter(|name| seen.insert(*name)).collect()
}

fn section(title: &str, entries: &[Entry], text: &mut String, belongs: impl Fn(&Entry) -> bool) {
    let mut chosen = entries.iter().filter(|entry| belongs(entry)).peekable();
    if chosen.peek().is_some() {
        heading(title, text);
        chosen.for_each(|entry| write_entry(entry, text));
    }
}

fn heading(title: &str, text: &mut String) {
    line(text, format_args!("\n# === {title}"));
}

fn write_entry(entry: &Entry, text: &mut String) {
    text.push('\n');
    let Demand { name, form, about, users, need, group } = &entry.demand;
    about.iter().flat_map(|about| about.lines()).for_each(|about| line(text, format_args!("# {about}")));
    let form = form.about().filter(|_| *group == Group::Users);
    let form = form.map(|form| format!("Has to be {form}."));
    let used = (*group != Group::Versions && !users.is_empty()).then(|| format!("Used by {}.", used_by(name, users)));
    let required = (!entry.required_in.is_empty()).then(|| format!("Required in {}.", entry.required_in.join(", ")));
    let facts: Vec<String> = [form, used, required].into_iter().flatten().collect();
    if !facts.is_empty() {
        line(text, format_args!("# {}", facts.join(" ")));
    }
    let (mark, value) = match (need, group) {
        (Need::None, Group::Versions) => ("# ", "dev"),
        (Need::None, _) => ("# ", ""),
        (Need::Compose | Need::All, _) => ("", ""),
    };
    line(text, format_args!("{mark}{name}={value}"));
}

/// `api as JWT_SECRET, worker`.
fn used_by(name: &str, users: &[(String, String)]) -> String {
    let user = |(service, variable): &(String, String)| {
        if variable == name { service.clone() } else { format!("{service} as {variable}") }
    };
    users.iter().map(user).collect::<Vec<_>>().join(", ")
}

/// What the contract names and the platform file gives, so that the list is whole.
fn given(product: &Product, name: &str) -> String {
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    for stack in product.stacks() {
        let Some(service) = stack.service(name) else { continue };
        for variable in &service.env {
            let Some(template) = &variable.value else { continue };
            // A secret is an entry of its own.
            if template.references().any(|(to, _)| matches!(to, Reference::Secret(_))) {
                continue;
            }
            let text = format!("{}={}", variable.name.as_str(), template.text.replace('\n', "\\n"));
            let environment = stack.environment.name.as_str();
            match lines.iter_mut().find(|(line, _)| *line == text) {
                Some((_, environments)) => environments.push(environment),
                None => lines.push((text, vec![environment])),
            }
        }
    }
    if lines.is_empty() {
        return String::new();
    }
    let mut text = "\n# Given by towel.yaml:\n".to_owned();
    for (given, environments) in lines {
        let everywhere = environments.len() == product.stacks().len();
        let place = if everywhere { String::new() } else { format!("   (in {})", environments.join(", ")) };
        line(&mut text, format_args!("#   {given}{place}"));
    }
    text
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    let line = line.to_string();
    writeln!(text, "{}", line.trim_end()).expect("a String takes everything");
}
