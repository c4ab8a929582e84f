//! `envVars`: values, secrets, and what they are taken from.

use super::file::Known;
use crate::account::Cursor;
use crate::draft::{Secret, Variable, secret_name};
use crate::read::{Raw, RawValue, variables};

/// The variables of a service, and its port where `PORT` told it.
pub(super) fn convert(at: &Cursor<'_>, known: &Known<'_, '_>) -> (Vec<Variable>, Option<u16>) {
    let mut raw = Vec::new();
    for one in at.get("envVars").map(|list| list.items()).unwrap_or_default() {
        if let Some(group) = one.get("fromGroup") {
            from_group(&group, known, &mut raw);
        } else {
            raw.extend(variable(&one, known));
        }
    }
    variables(raw, &known.parties)
}

/// The secrets that Render made itself, of as many letters as it used.
pub(super) fn generated(at: &Cursor<'_>, known: &Known<'_, '_>) -> Vec<Secret> {
    let list = at.get("envVars").map(|list| list.items()).unwrap_or_default();
    let groups = list.iter().filter_map(|one| known.groups.get(one.get("fromGroup")?.node().text()?)?.get("envVars"));
    let grouped = groups.flat_map(|list| list.items()).collect::<Vec<_>>();
    let made = list.iter().chain(&grouped).filter(|one| one.get("generateValue").is_some_and(|it| it.is_on()));
    made.filter_map(|one| {
        let name = secret_name(one.get("key")?.node().text()?);
        Some(Secret { name, generate: Some(44), note: Some("Render made it; towel does".to_owned()) })
    })
    .collect()
}

fn from_group<'a>(at: &Cursor<'a>, known: &Known<'a, '_>, raw: &mut Vec<Raw<'a>>) {
    let Some(group) = at.peek().and_then(|name| known.groups.get(name)) else {
        at.left_out("this group stands in Render's dashboard only: write its variables under `env:`");
        return;
    };
    at.converted();
    if let Some(name) = group.get("name") {
        name.converted();
    }
    for one in group.get("envVars").map(|list| list.items()).unwrap_or_default() {
        raw.extend(variable(&one, known));
    }
}

fn variable<'a>(at: &Cursor<'a>, known: &Known<'a, '_>) -> Option<Raw<'a>> {
    let name = at.get("key")?;
    let text = name.text()?.to_owned();
    let outside = RawValue::Ready(format!("${{secret.{}}}", secret_name(&text)));
    let raw = |value: RawValue, at: Option<Cursor<'a>>| Some(Raw { name: text.clone(), value, note: None, at });
    if let Some(value) = at.get("value") {
        return raw(RawValue::Literal(value.node().text().unwrap_or_default().to_owned()), Some(value));
    }
    if let Some(generate) = at.get("generateValue") {
        generate.approximated("a secret that towel makes: another value than Render's");
        return raw(outside, None);
    }
    if let Some(sync) = at.get("sync") {
        sync.approximated("a secret: its value is read from `.env`, or the environment");
        return raw(outside, None);
    }
    if let Some(from) = at.get("fromDatabase").or_else(|| at.get("fromService")) {
        return match reference(&from, known) {
            Some(value) => {
                for key in ["name", "property", "envVarKey"] {
                    if let Some(at) = from.get(key) {
                        at.converted();
                    }
                }
                raw(value, None)
            }
            None => {
                from.left_out("it is taken from something that did not come over");
                raw(outside, None)
            }
        };
    }
    at.left_out("it has no value that could be read");
    None
}

/// A fact of another part; `envVarKey` is the other's variable itself.
fn reference(from: &Cursor<'_>, known: &Known<'_, '_>) -> Option<RawValue> {
    let (part, other) = known.entries.get(from.get("name")?.peek()?)?;
    known.parties.named(part)?;
    if let Some(key) = from.get("envVarKey").and_then(|key| key.peek()) {
        let theirs = other.get("envVars")?.items();
        let theirs = theirs.iter().find(|one| one.get("key").and_then(|it| it.peek()) == Some(key))?;
        return match theirs.get("value").and_then(|value| value.peek()) {
            Some(value) => Some(RawValue::Literal(value.to_owned())),
            None => Some(RawValue::Ready(format!("${{secret.{}}}", secret_name(key)))),
        };
    }
    let field = |field: &str| format!("${{{part}.{field}}}");
    let value = match from.get("property")?.peek()? {
        "connectionString" | "connectionURI" => field("url"),
        "host" => field("host"),
        "port" => field("port"),
        "hostport" => format!("{}:{}", field("host"), field("port")),
        "user" => field("user"),
        "password" => field("password"),
        "database" => field("name"),
        _ => return None,
    };
    Some(RawValue::Ready(value))
}
