//! What makes a table contradict itself.

use std::collections::{BTreeMap, HashSet};

use crate::error::Refused;
use crate::table::{Backend, Listener, Route, Table};

/// The first contradiction, if there is one.
pub(crate) fn check(table: &Table) -> Result<(), Refused> {
    let problem =
        listeners(table).or_else(|| table.backends.iter().find_map(|(n, b)| backend(n, b))).or_else(|| targets(table));
    problem.map_or(Ok(()), |reason| Err(Refused::Invalid(reason)))
}

fn listeners(table: &Table) -> Option<String> {
    let mut seen = HashSet::new();
    table.listeners.iter().find_map(|l| {
        if !seen.insert(l.address) {
            return Some(format!("two listeners have the address {}", l.address));
        }
        routes(l, &table.backends)
    })
}

fn routes(listener: &Listener, backends: &BTreeMap<String, Backend>) -> Option<String> {
    let mut seen = HashSet::new();
    listener.routes.iter().find_map(|r| {
        let at = listener.address;
        if !seen.insert((r.host.as_deref(), r.path.trim_end_matches('/'))) {
            return Some(format!("the listener {at} has two routes for {}", shown(r)));
        }
        if !backends.contains_key(&r.backend) {
            return Some(format!(
                "the route {} of {at} leads to the backend `{}`, which the table does not have",
                shown(r),
                r.backend
            ));
        }
        route(r)
    })
}

fn route(route: &Route) -> Option<String> {
    if !route.path.starts_with('/') || route.path.contains(['?', '#']) {
        return Some(format!("the path `{}` of a route must begin with `/` and have no query", route.path));
    }
    let host = route.host.as_deref()?;
    let plain = !host.is_empty() && !host.bytes().any(|b| b.is_ascii_uppercase() || b" /@?#".contains(&b));
    let port = !host.starts_with('[') && host.contains(':');
    (!plain || port).then(|| format!("the host `{host}` of a route must be lower case and have no port"))
}

fn shown(route: &Route) -> String {
    format!("`{}{}`", route.host.as_deref().unwrap_or("*"), route.path)
}

fn backend(name: &str, backend: &Backend) -> Option<String> {
    if backend.timeout_ms == 0 {
        return Some(format!("the backend `{name}` has `timeout_ms` 0; give its targets some time to answer"));
    }
    if backend.rate_limit.is_some_and(|r| r.requests == 0 || r.per_ms == 0) {
        return Some(format!("the rate limit of the backend `{name}` must be above 0 in above 0 ms"));
    }
    let token = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    if backend.sticky && (name.is_empty() || !name.bytes().all(token)) {
        return Some(format!("the sticky backend `{name}` names a cookie; use letters, digits, `-`, `_`, `.`"));
    }
    let mut labels = HashSet::new();
    let twice = backend.versions.iter().find(|v| !labels.insert(v.label.as_str()))?;
    Some(format!("the backend `{name}` has two versions `{}`", twice.label))
}

fn targets(table: &Table) -> Option<String> {
    let mut seen = HashSet::new();
    let all = table.backends.values().flat_map(|b| &b.versions).flat_map(|v| &v.targets);
    let mut checked = all.map(|t| if seen.insert(t.id.as_str()) { None } else { Some(&t.id) });
    checked.find_map(|twice| twice).map(|id| format!("two targets have the id `{id}`"))
}
