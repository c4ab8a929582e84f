//! Environment variables: addresses become references, secrets are not copied.

use super::interpolation::{Piece, fill, pieces};
use super::{Parties, What};
use crate::account::Cursor;
use crate::draft::{Variable, escape, is_variable, looks_secret, secret_name, tail};

/// A variable as a source has it.
pub(crate) struct Raw<'a> {
    /// Its name.
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: RawValue,
    /// The comment beside it.
    pub(crate) note: Option<String>,
    /// Where it stands in a file that is accounted for.
    pub(crate) at: Option<Cursor<'a>>,
}

/// A value as a source has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RawValue {
    /// As it is.
    Literal(String),
    /// With `${NAME:-default}` in it.
    Interpolated(String),
    /// From the environment of whoever starts it.
    Outside,
    /// In towel's notation already.
    Ready(String),
}

/// What became of one.
struct Turned {
    variable: Variable,
    /// What is not as it was.
    lost: Option<String>,
    /// The part whose host it is.
    host_of: Option<String>,
}

/// The variables of a service, and its port where `PORT` told it. Says of each what became of it.
pub(crate) fn variables(raw: Vec<Raw<'_>>, parties: &Parties) -> (Vec<Variable>, Option<u16>) {
    let mut port = None;
    let mut turned: Vec<(Option<Cursor<'_>>, RawValue, Turned)> = Vec::new();
    for one in raw {
        if !is_variable(&one.name) {
            if let Some(at) = &one.at {
                at.left_out(format!("`{}` cannot be the name of a variable", one.name));
            }
            continue;
        }
        if one.name == "PORT" {
            port = plain(&one.value).and_then(|text| text.parse().ok());
            if let Some(at) = &one.at {
                at.approximated("towel gives each instance a port of its own as `PORT`; this one became `port:`");
            }
            continue;
        }
        let done = turn(&one, parties);
        turned.retain(|(_, _, known)| known.variable.name != one.name);
        turned.push((one.at, one.value, done));
    }
    complete(&mut turned, parties);
    let mut done = Vec::with_capacity(turned.len());
    for (at, _, turned) in turned {
        if let Some(at) = at {
            match turned.lost {
                Some(lost) => at.approximated(lost),
                None => at.converted(),
            }
        }
        done.push(turned.variable);
    }
    (done, port)
}

/// The value as text, with defaults in the place of variables.
fn plain(value: &RawValue) -> Option<String> {
    match value {
        RawValue::Literal(text) => Some(text.clone()),
        RawValue::Interpolated(text) => Some(fill(text).text),
        RawValue::Outside | RawValue::Ready(_) => None,
    }
}

fn turn(raw: &Raw<'_>, parties: &Parties) -> Turned {
    let variable = |value: String, literal: Option<String>| Variable {
        name: raw.name.clone(),
        value,
        literal,
        note: raw.note.clone(),
    };
    let kept = |variable: Variable| Turned { variable, lost: None, host_of: None };
    if let RawValue::Ready(text) = &raw.value {
        return kept(variable(text.clone(), None));
    }
    let Some(text) = plain(&raw.value) else {
        let lost = format!("its value came from outside; now from `{}=…` in `.env`", raw.name);
        return Turned { lost: Some(lost), ..kept(variable(secret(&raw.name), None)) };
    };
    let found = parties.address(&text).filter(|found| !found.host_only || names_a_host(&raw.name));
    if let Some(found) = found {
        let literal = if looks_secret(&raw.name, &text) { secret(&raw.name) } else { escape(&text) };
        let host_of = found.host_only.then_some(found.part);
        let credentials = looks_secret("", &text).then(|| "towel makes user and password itself".to_owned());
        return Turned { variable: variable(found.value, Some(literal)), lost: found.lost.or(credentials), host_of };
    }
    match &raw.value {
        RawValue::Interpolated(text) if pieces(text).iter().any(|piece| matches!(piece, Piece::Variable { .. })) => {
            let (value, lost) = interpolated(&raw.name, text);
            Turned { lost, ..kept(variable(value, None)) }
        }
        _ if looks_secret(&raw.name, &text) => {
            let lost = format!("looks secret, so its value is not copied: put `{}=…` into `.env`", raw.name);
            Turned { lost: Some(lost), ..kept(variable(secret(&raw.name), None)) }
        }
        _ => kept(variable(escape(&text), None)),
    }
}

/// `DB_CONNECTION=mysql` and `POSTGRES_USER=postgres` name no host, whatever else is called so.
fn names_a_host(name: &str) -> bool {
    let name = name.to_uppercase();
    ["HOST", "SERVER", "ADDR", "ENDPOINT", "NODE", "BROKER"].iter().any(|word| name.contains(word))
}

/// Variables without default become secrets, which are read from `.env` as before; others become their default.
fn interpolated(name: &str, text: &str) -> (String, Option<String>) {
    let mut value = String::new();
    let mut defaults = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => value.push_str(&escape(&text)),
            Piece::Variable { name: inner, default } => {
                let default = default.map(|default| fill(&default).text).filter(|default| !default.is_empty());
                match default {
                    Some(default) if !looks_secret(&inner, &default) && !looks_secret(name, &default) => {
                        value.push_str(&escape(&default));
                        defaults.push(format!("`${inner}`"));
                    }
                    _ => value.push_str(&secret(&inner)),
                }
            }
        }
    }
    let lost = format!("{} became the default; restate it in an environment where it differs", defaults.join(", "));
    (value, (!defaults.is_empty()).then_some(lost))
}

fn secret(variable: &str) -> String {
    format!("${{secret.{}}}", secret_name(variable))
}

/// Beside a host, its port, user, password and database are the part's as well.
fn complete(turned: &mut [(Option<Cursor<'_>>, RawValue, Turned)], parties: &Parties) {
    let hosts: Vec<(String, String)> = turned
        .iter()
        .filter_map(|(_, _, one)| {
            let (stem, _) = tail(&one.variable.name, &["HOSTNAME", "HOST", "SERVER", "ADDRESS"])?;
            Some((stem.to_owned(), one.host_of.clone()?))
        })
        .collect();
    for (_, raw, one) in turned.iter_mut() {
        if matches!(raw, RawValue::Ready(_)) {
            continue;
        }
        let text = plain(raw).unwrap_or_default();
        let beside = hosts.iter().find_map(|(stem, part)| {
            let rest = one.variable.name.strip_prefix(stem.as_str())?;
            Some((parties.named(part)?, rest.to_owned()))
        });
        if let Some((party, rest)) = beside
            && let Some(field) = field(&party.what, &rest)
        {
            put(one, party.field(field), &text);
        } else if let Some(value) = credential(parties, &hosts, &one.variable.name, raw) {
            put(one, value, &text);
        }
    }
}

fn put(one: &mut Turned, value: String, before: &str) {
    if references_already(&one.variable.value) {
        return;
    }
    let literal = if looks_secret(&one.variable.name, before) { one.variable.value.clone() } else { escape(before) };
    one.variable.literal = Some(literal);
    one.variable.value = value;
    one.lost = Some("became what towel gives to the part".to_owned());
}

fn references_already(value: &str) -> bool {
    crate::draft::references(value).iter().any(|reference| !reference.starts_with("secret."))
}

/// Which fact of a part a variable means, by the end of its name.
fn field(what: &What, rest: &str) -> Option<&'static str> {
    let store = matches!(what, What::Store { .. });
    let redis = matches!(what, What::Store { kind: crate::draft::DatastoreKind::Redis, .. });
    match rest {
        "PORT" => Some("port"),
        "USER" | "USERNAME" if store => Some("user"),
        "PASSWORD" | "PASS" | "PWD" if store => Some("password"),
        "NAME" | "DATABASE" | "DB" | "DBNAME" | "DB_NAME" if store && !redis => Some("name"),
        _ => None,
    }
}

/// A value that is a store's password (or user, or database) where the service knows that store's host.
fn credential(parties: &Parties, hosts: &[(String, String)], name: &str, raw: &RawValue) -> Option<String> {
    let (RawValue::Literal(text) | RawValue::Interpolated(text)) = raw else { return None };
    if text.is_empty() {
        return None;
    }
    hosts.iter().find_map(|(_, part)| {
        let party = parties.named(part)?;
        let What::Store { user, password, database, .. } = &party.what else { return None };
        let is = |known: &Option<String>, ends: &[&str]| known.as_ref() == Some(text) && tail(name, ends).is_some();
        let field = if is(password, &["PASSWORD", "PASS", "PWD", "SECRET_KEY", "SECRET_ACCESS_KEY"]) {
            "password"
        } else if is(user, &["USER", "USERNAME", "ACCESS_KEY", "ACCESS_KEY_ID"]) {
            "user"
        } else if is(database, &["NAME", "DATABASE", "DB", "DBNAME"]) {
            "name"
        } else {
            return None;
        };
        Some(party.field(field))
    })
}
