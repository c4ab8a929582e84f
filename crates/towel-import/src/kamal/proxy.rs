//! The proxy: port, host and health check.

use super::file::Shared;
use super::role::Role;
use crate::account::Cursor;
use crate::compose::{shared_domain, under};
use crate::draft::{Draft, Expose, Noted, Probe, Question, Service};
use crate::read::seconds;

/// Puts what the proxy is told into the service.
pub(super) fn convert(
    role: &Role<'_>,
    shared: &Shared<'_>,
    service: &mut Service,
    draft: &mut Draft,
    told: Option<u16>,
) {
    let own = role.at.as_ref().and_then(|at| at.get("proxy")).filter(Cursor::is_mapping);
    let common = shared.root.get("proxy").filter(Cursor::is_mapping);
    // A role's own keys hold before those of all roles.
    let get = |keys: &[&str]| own.as_ref().and_then(|own| own.find(keys)).or_else(|| common.as_ref()?.find(keys));
    service.port = Some(port(get(&["app_port"]), told));
    service.ready =
        Some(ready(get(&["healthcheck", "path"]), get(&["healthcheck", "interval"]), get(&["healthcheck", "timeout"])));
    let hosts = get(&["host"]).or_else(|| get(&["hosts"])).map(|hosts| hosts.items()).unwrap_or_default();
    let path = get(&["path_prefix"]).or_else(|| get(&["path_prefixes"]));
    service.expose = expose(&hosts, path.as_ref(), draft);
}

fn port(at: Option<Cursor<'_>>, told: Option<u16>) -> Noted<u16> {
    let given = at.and_then(|at| {
        let port = at.peek()?.parse().ok()?;
        at.converted();
        Some(Noted::plain(port))
    });
    given.or_else(|| told.map(|port| Noted::new(port, "was `PORT`"))).unwrap_or(Noted::new(80, "Kamal's default"))
}

fn ready(path: Option<Cursor<'_>>, every: Option<Cursor<'_>>, within: Option<Cursor<'_>>) -> Noted<Probe> {
    let given = path.and_then(|path| path.text()).map(str::to_owned);
    let time = |at: Option<Cursor<'_>>| {
        let at = at?;
        let time = seconds(at.peek()?)?;
        at.converted();
        Some(time)
    };
    let note = given.is_none().then(|| "Kamal's default".to_owned());
    let path = given.unwrap_or_else(|| "/up".to_owned());
    let path = if path.starts_with('/') { path } else { format!("/{path}") };
    let probe = Probe { question: Question::Get(path), every: time(every), within: time(within), failures: None };
    Noted { value: probe, note }
}

fn expose(hosts: &[Cursor<'_>], path: Option<&Cursor<'_>>, draft: &mut Draft) -> Option<Noted<Expose>> {
    let prefix = path.and_then(|path| {
        let text = path.items().first()?.node().text()?.split(',').next()?.trim().trim_end_matches('/').to_owned();
        path.approximated("became `expose: path:`, the first of them; the prefix is passed on to the service");
        (text.len() > 1).then_some(text)
    });
    let (first, others) = hosts.split_first()?;
    let text = first.peek()?;
    if text.contains("<%") {
        first.left_out("Ruby computes it; write it under `expose:`");
        return None;
    }
    first.approximated("became a name below the environment's domain");
    others.iter().for_each(|other| other.left_out("a service is exposed at one host"));
    let all: Vec<&str> = hosts.iter().filter_map(|host| host.node().text()).collect();
    draft.domain = draft.domain.take().or_else(|| shared_domain(&all)).or_else(|| shared_domain(&[text]));
    let host = under(text, draft.domain.as_deref());
    Some(Noted::new(Expose { host, path: prefix }, format!("was {text}")))
}
