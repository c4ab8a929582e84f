//! `env`: clear values, and names of secrets.

use super::file::Shared;
use super::role::Role;
use crate::account::Cursor;
use crate::draft::{Variable, is_secret, secret_name};
use crate::read::{Parties, Raw, RawValue, variables};

/// The variables of a role: those of all, then its own.
pub(super) fn of_role(role: &Role<'_>, shared: &Shared<'_>) -> (Vec<Variable>, Option<u16>) {
    let own = role.at.as_ref().and_then(|at| at.get("env"));
    let raw = [shared.root.get("env"), own].into_iter().flatten().flat_map(|env| raw(&env)).collect();
    variables(raw, &shared.parties)
}

/// The variables of an accessory that is run as a service.
pub(super) fn of(at: &Cursor<'_>, parties: &Parties) -> (Vec<Variable>, Option<u16>) {
    variables(at.get("env").map(|env| raw(&env)).unwrap_or_default(), parties)
}

/// Names and values without saying what became of them.
pub(super) fn peek(at: &Cursor<'_>) -> Vec<(String, String)> {
    let Some(env) = at.get("env") else { return Vec::new() };
    let clear = clear(&env).map(|(name, at)| (name, at.node().text().unwrap_or_default().to_owned()));
    clear.collect()
}

fn clear<'a>(env: &Cursor<'a>) -> impl Iterator<Item = (String, Cursor<'a>)> {
    let split = env.get("clear").is_some() || env.get("secret").is_some();
    let list = if split { env.get("clear") } else { Some(env.clone()) };
    let all = list.map(|list| list.each()).unwrap_or_default();
    all.into_iter().filter(move |(name, _)| split || name != "tags")
}

fn raw<'a>(env: &Cursor<'a>) -> Vec<Raw<'a>> {
    let mut found = Vec::new();
    for (name, at) in clear(env) {
        match at.peek() {
            Some(text) if text.contains("<%") => at.left_out("Ruby computes it; write it under `env:`"),
            Some(text) => found.push(Raw { name, value: RawValue::Literal(text.to_owned()), note: None, at: Some(at) }),
            None => {}
        }
    }
    for at in env.get("secret").map(|secrets| secrets.items()).unwrap_or_default() {
        let Some(text) = at.peek() else { continue };
        // `NAME:OTHER` is the variable NAME with the secret OTHER.
        let (name, kept) = text.split_once(':').unwrap_or((text, text));
        let secret = secret_name(kept);
        if is_secret(&secret) {
            let value = RawValue::Ready(format!("${{secret.{secret}}}"));
            found.push(Raw { name: name.to_owned(), value, note: None, at: Some(at) });
        }
    }
    found
}
