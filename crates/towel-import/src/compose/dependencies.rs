//! Who needs whom: `depends_on` in both forms, links, profiles, and commands that run before others.

use std::collections::BTreeSet;

use super::file::{Entry, Known, Role};
use super::image;
use crate::account::Cursor;
use crate::draft::{Noted, escape};
use crate::read::{command_line, fill, in_folder, shell_line};

/// The services that start without a profile, and what they depend on. When all have profiles, all do.
pub(super) fn wanted(services: &[(String, Cursor<'_>)]) -> BTreeSet<String> {
    let always = |at: &Cursor<'_>| at.get("profiles").is_none_or(|profiles| profiles.items().is_empty());
    let mut open: Vec<&str> = services.iter().filter(|(_, at)| always(at)).map(|(name, _)| name.as_str()).collect();
    if open.is_empty() {
        open = services.iter().map(|(name, _)| name.as_str()).collect();
    }
    let mut wanted = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !wanted.insert(name.to_owned()) {
            continue;
        }
        let service = services.iter().find(|(known, _)| known == name);
        let needs = service.map(|(_, at)| dependencies(at)).unwrap_or_default();
        open.extend(services.iter().map(|(name, _)| name.as_str()).filter(|name| needs.iter().any(|it| it.0 == *name)));
    }
    wanted
}

/// Services that others wait to end well, and that only run a command of their own.
pub(super) fn hooks(services: &[(String, Cursor<'_>)]) -> BTreeSet<String> {
    let ends = |condition: &Option<String>| condition.as_deref() == Some("service_completed_successfully");
    let all = services.iter().flat_map(|(_, at)| dependencies(at));
    all.filter(|(_, condition, _)| ends(condition)).map(|(name, ..)| name).collect()
}

/// Each dependency with its condition and its place.
fn dependencies<'a>(service: &Cursor<'a>) -> Vec<(String, Option<String>, Cursor<'a>)> {
    let Some(list) = service.get("depends_on") else { return Vec::new() };
    let each = list.each().into_iter();
    each.filter_map(|(key, at)| {
        if list.is_mapping() {
            let condition = at.get("condition").and_then(|it| Some(it.peek()?.to_owned()));
            return Some((key, condition, at));
        }
        Some((at.peek()?.to_owned(), None, at))
    })
    .collect()
}

/// What a service needs, and the commands that run before it.
pub(super) fn convert(entry: &Entry<'_>, known: &Known<'_, '_>) -> (Vec<Noted<String>>, Vec<Noted<String>>) {
    let mut needs = Vec::new();
    let mut before = Vec::new();
    for (name, condition, at) in dependencies(&entry.at) {
        let Some(other) = known.entry(&name) else {
            at.left_out(format!("`{name}` did not come over"));
            continue;
        };
        if other.role == Role::Hook {
            match first_asker(other, known) {
                Some(first) if first != entry.original => {
                    at.left_out(format!("it is a hook of `{first}`, which asks for it first"));
                }
                _ => before.extend(hook(entry, other, known, &at)),
            }
            continue;
        }
        account(condition.as_deref(), &at);
        needs.push(Noted::plain(other.name.clone()));
    }
    for link in entry.at.get("links").map(|links| links.items()).unwrap_or_default() {
        let name = link.peek().unwrap_or_default().split(':').next().unwrap_or_default();
        match known.entry(name).filter(|other| other.role != Role::Hook) {
            Some(other) => {
                link.approximated("a need: towel starts it first, and tells its address only by `${NAME.url}`");
                needs.push(Noted::plain(other.name.clone()));
            }
            None => link.left_out(format!("`{name}` did not come over")),
        }
    }
    (needs, before)
}

fn account(condition: Option<&str>, at: &Cursor<'_>) {
    if !at.is_mapping() {
        at.converted();
        return;
    }
    match condition {
        Some("service_healthy") => at.converted(),
        _ => at.approximated("towel waits until it is ready, not only started"),
    }
    let rest = [
        ("condition", None),
        ("restart", Some("towel starts nothing again because something else was")),
        ("required", Some("what is needed has to be there")),
    ];
    for (key, why) in rest {
        if let Some((inner, why)) = at.get(key).zip(why) {
            inner.left_out(why);
        }
    }
}

/// The service at which a hook stands: the first of the file that waits for it.
fn first_asker(hook: &Entry<'_>, known: &Known<'_, '_>) -> Option<String> {
    let asks = |entry: &&Entry<'_>| {
        entry.role == Role::Service && dependencies(&entry.at).iter().any(|(name, ..)| *name == hook.original)
    };
    known.entries.iter().find(asks).map(|entry| entry.original.clone())
}

/// The command of a one-off service, as a hook of the service that waits for it.
fn hook(entry: &Entry<'_>, other: &Entry<'_>, known: &Known<'_, '_>, at: &Cursor<'_>) -> Option<Noted<String>> {
    let same = image::built_alike(&entry.at, &other.at);
    let command = command(&other.at);
    match command.filter(|_| same) {
        Some((command, words)) => {
            at.approximated("became a hook: it runs once before a new version starts, not at every start");
            words.approximated("became a hook under `rollout: before:` of what waits for it");
            let rest = [
                ("image", "a hook runs the code of the service that it stands at"),
                ("build", "a hook runs the code of the service that it stands at"),
                ("environment", "a hook has the variables of the service that it stands at"),
                ("env_file", "a hook has the variables of the service that it stands at"),
                ("depends_on", "what the service needs is started before its hooks"),
            ];
            for (key, why) in rest {
                if let Some(at) = other.at.get(key) {
                    at.left_out(why);
                }
            }
            let command = in_folder(&image::context(entry, known).unwrap_or_default(), &command);
            Some(Noted::new(command, format!("`{}` of the compose file", other.original)))
        }
        None => {
            let why = "a command of another image cannot be a hook; run it in your pipeline before the deploy";
            other.at.left_out(why);
            at.left_out(format!("`{}` did not come over: {why}", other.original));
            None
        }
    }
}

/// The command of a service, in towel's notation, with its place.
pub(super) fn command<'a>(service: &Cursor<'a>) -> Option<(String, Cursor<'a>)> {
    let at = service.get("command").filter(|at| !at.node().is_null())?;
    let text = |cursor: &Cursor<'_>| Some(fill(cursor.node().text()?).text);
    let line = if at.is_list() {
        let words: Vec<String> = at.items().iter().filter_map(text).collect();
        (!words.is_empty()).then(|| command_line(&words))?
    } else {
        shell_line(&text(&at)?)
    };
    (!line.is_empty()).then(|| (escape(&line), at))
}
