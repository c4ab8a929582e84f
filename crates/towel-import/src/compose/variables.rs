//! `environment` as list or mapping, and `env_file`.

use std::collections::BTreeMap;

use super::file::{Entry, Known};
use crate::account::Cursor;
use crate::draft::Variable;
use crate::files::{join, normal};
use crate::import::Around;
use crate::read::{Raw, RawValue, dotenv, variables};

/// The variables of a service, and its port where `PORT` told it.
pub(super) fn convert(entry: &Entry<'_>, known: &Known<'_, '_>) -> (Vec<Variable>, Option<u16>) {
    let mut raw = from_files(&entry.at, known.around);
    if let Some(list) = entry.at.get("environment") {
        for (key, at) in list.each() {
            match pair(&key, &at, list.is_mapping()) {
                Some((name, value)) => raw.push(file_of_secret(&name, value, at, known)),
                None => at.left_out("this is no variable that could be read"),
            }
        }
    }
    variables(raw, &known.parties)
}

/// Names and values as they are written, nothing filled in.
pub(super) fn peek(service: &Cursor<'_>, around: &Around<'_>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for path in env_files(service).into_iter().filter_map(|(_, path)| path) {
        let text = normal(&join(&around.folder, &path)).and_then(|path| around.files.text(&path));
        found.extend(dotenv(&text.unwrap_or_default()).into_iter().map(|(_, name, value)| (name, value)));
    }
    let Some(list) = service.get("environment") else { return found };
    for (key, at) in list.each() {
        if let Some((name, RawValue::Interpolated(value))) = pair(&key, &at, list.is_mapping()) {
            found.insert(name, value);
        }
    }
    found
}

fn pair(key: &str, at: &Cursor<'_>, mapping: bool) -> Option<(String, RawValue)> {
    if mapping {
        let value =
            if at.node().is_null() { RawValue::Outside } else { RawValue::Interpolated(at.node().text()?.to_owned()) };
        return Some((key.to_owned(), value));
    }
    let text = at.node().text()?;
    Some(match text.split_once('=') {
        Some((name, value)) => (name.trim().to_owned(), RawValue::Interpolated(value.to_owned())),
        None => (text.trim().to_owned(), RawValue::Outside),
    })
}

/// `DB_PASSWORD_FILE: /run/secrets/db_password` reads a secret of the file's; towel hands it over as a value.
fn file_of_secret<'a>(name: &str, value: RawValue, at: Cursor<'a>, known: &Known<'_, '_>) -> Raw<'a> {
    let secret = match &value {
        RawValue::Interpolated(text) => text.strip_prefix("/run/secrets/").map(str::to_owned),
        _ => None,
    };
    let declared = secret.filter(|secret| known.root.find(&["secrets", secret]).is_some());
    match (declared, name.strip_suffix("_FILE")) {
        (Some(secret), Some(plain)) if crate::draft::is_secret(&secret) => {
            at.approximated(format!("`{plain}` with the value itself: towel hands over no files"));
            let value = RawValue::Ready(format!("${{secret.{secret}}}"));
            Raw { name: plain.to_owned(), value, note: Some(format!("was {name}: read it as a value")), at: None }
        }
        _ => Raw { name: name.to_owned(), value, note: None, at: Some(at) },
    }
}

fn env_files<'a>(service: &Cursor<'a>) -> Vec<(Cursor<'a>, Option<String>)> {
    let Some(list) = service.get("env_file") else { return Vec::new() };
    list.items()
        .into_iter()
        .map(|at| {
            let path = if at.is_mapping() { at.get("path").and_then(|path| path.peek()) } else { at.peek() };
            (at.clone(), path.map(|path| crate::read::fill(path).text))
        })
        .collect()
}

/// Whether `.gitignore` names it: what nobody commits must not be copied into a file that is.
fn is_ignored(around: &Around<'_>, path: &str) -> bool {
    let name = crate::files::name_of(path);
    let beside = around.files.text(&join(&around.folder, ".gitignore"));
    let text = beside.into_iter().chain(around.files.text(".gitignore")).collect::<Vec<_>>().join("\n");
    let fits = |pattern: &str| match pattern.split_once('*') {
        Some((before, after)) => {
            name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        }
        None => pattern == name || pattern == path.trim_start_matches("./"),
    };
    // The last pattern that fits decides.
    let mut patterns = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let deciding = patterns.rfind(|line| fits(line.trim_start_matches('!').trim_start_matches('/')));
    deciding.is_some_and(|line| !line.starts_with('!'))
}

fn from_files<'a>(service: &Cursor<'a>, around: &Around<'_>) -> Vec<Raw<'a>> {
    let mut raw = Vec::new();
    for (at, path) in env_files(service) {
        let Some(path) = path else { continue };
        let text = normal(&join(&around.folder, &path)).and_then(|path| around.files.text(&path));
        match text {
            None => at.left_out(format!("`{path}` is not there: write the names of its variables under `env:`")),
            Some(text) => {
                let ignored = is_ignored(around, &path);
                at.approximated(if ignored {
                    "its variables stand under `env:`; git ignores it, so no value was copied: they are read from `.env`"
                } else {
                    "its variables stand under `env:`; what looks secret was not copied, and is read from `.env`"
                });
                for (line, name, value) in dotenv(&text) {
                    let note = Some(format!("{path}:{line}"));
                    let value = if ignored { RawValue::Outside } else { RawValue::Interpolated(value) };
                    raw.push(Raw { name, value, note, at: None });
                }
            }
        }
    }
    raw
}
