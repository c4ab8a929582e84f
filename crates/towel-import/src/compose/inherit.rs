//! `extends`: a service that begins as another one of the same file.

use crate::account::Cursor;

/// The services as they are, those that extend another one with that one behind them.
pub(super) fn resolve<'a>(services: Vec<(String, Cursor<'a>)>) -> Vec<(String, Cursor<'a>)> {
    let all = services.clone();
    services
        .into_iter()
        .map(|(name, at)| {
            let at = with_bases(&name, at, &all);
            (name, at)
        })
        .collect()
}

/// A service with what it extends behind it: its own keys come first.
fn with_bases<'a>(name: &str, at: Cursor<'a>, all: &[(String, Cursor<'a>)]) -> Cursor<'a> {
    let mut met = vec![name.to_owned()];
    let mut behind = Vec::new();
    let mut current = at.clone();
    while let Some(extends) = current.get("extends") {
        if extends.get("file").is_some() {
            extends.left_out("it begins in another file: import what `docker compose config` prints, which holds both");
            break;
        }
        let base = if extends.is_mapping() { extends.get("service") } else { Some(extends.clone()) };
        let Some(base) = base.as_ref().and_then(Cursor::text) else { break };
        let found = all.iter().find(|(other, _)| other == base);
        match found {
            Some((other, base)) if !met.contains(other) => {
                met.push(other.clone());
                behind.push(base.clone());
                current = base.clone();
            }
            _ => {
                extends.left_out(format!("there is no service `{base}` that it could begin as"));
                break;
            }
        }
    }
    at.with_behind(behind)
}
