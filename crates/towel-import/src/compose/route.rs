//! Names at the front door: of published ports, and of routers in labels.

use crate::account::Cursor;
use crate::draft::{Draft, Expose, Noted};

/// How a service is reached from outside.
pub(super) enum Exposed {
    /// A port of the host.
    Published(String),
    /// A rule of Traefik's.
    Rule { host: Option<String>, path: Option<String> },
}

/// A rule of Traefik's in a service's labels.
pub(super) fn rule(service: &Cursor<'_>) -> Option<Exposed> {
    let labels = service.get("labels")?;
    for (key, at) in labels.each() {
        let Some(text) = at.peek() else { continue };
        let (key, value) = if labels.is_mapping() { (key.as_str(), text) } else { text.split_once('=')? };
        if key.starts_with("traefik.http.routers.") && key.ends_with(".rule") {
            let inner = |name: &str| {
                let rest = value.split_once(&format!("{name}("))?.1;
                let found = rest.trim_start_matches(['`', '"', '\'']).split(['`', '"', '\'', ',', ')']).next()?;
                (!found.is_empty() && !found.contains('$')).then(|| found.to_owned())
            };
            let (host, path) = (inner("Host"), inner("PathPrefix"));
            if host.is_some() || path.is_some() {
                at.approximated("became `expose:`, with the first host and path prefix of the rule");
                return Some(Exposed::Rule { host: host.map(|host| host.to_lowercase()), path });
            }
        }
    }
    None
}

/// Gives each service its name: the rule's host, `${env.domain}` for the only published one, else a name below it.
pub(super) fn expose(draft: &mut Draft, hosts: Vec<(usize, Exposed)>) {
    let known: Vec<&str> = hosts.iter().filter_map(|(_, exposed)| exposed.host()).collect();
    let domain = shared_domain(&known);
    let only = hosts.len() == 1;
    for (number, exposed) in hosts {
        let service = &mut draft.services[number];
        let below = format!("{}.${{env.domain}}", service.name);
        let (host, path, note) = match exposed {
            Exposed::Published(port) if only => {
                ("${env.domain}".to_owned(), None, format!("was port {port} of the host"))
            }
            Exposed::Published(port) => (below, None, format!("was port {port} of the host")),
            Exposed::Rule { host: Some(host), path } => (under(&host, domain.as_deref()), path, format!("was {host}")),
            Exposed::Rule { host: None, path } => {
                ("${env.domain}".to_owned(), path, "was a rule without a host".to_owned())
            }
        };
        service.expose = Some(Noted::new(Expose { host, path }, note));
    }
    draft.domain = domain.or(draft.domain.take());
}

impl Exposed {
    fn host(&self) -> Option<&str> {
        match self {
            Self::Rule { host, .. } => host.as_deref(),
            Self::Published(_) => None,
        }
    }
}

/// The domain that all hosts share; none when they share none of two labels.
pub(crate) fn shared_domain(hosts: &[&str]) -> Option<String> {
    let mut shared: Option<Vec<&str>> = None;
    for host in hosts {
        let labels: Vec<&str> = host.rsplit('.').collect();
        shared = Some(match shared {
            None => labels,
            Some(before) => {
                before.iter().zip(&labels).take_while(|(one, other)| one == other).map(|(one, _)| *one).collect()
            }
        });
    }
    let mut labels = shared.filter(|labels| labels.len() >= 2)?;
    // One host alone, such as `www.shop.example`, is most often a name below the domain.
    if labels.len() > 2 && labels.last() == Some(&"www") {
        labels.pop();
    }
    labels.reverse();
    Some(labels.join("."))
}

/// A host as a name below the domain.
pub(crate) fn under(host: &str, domain: Option<&str>) -> String {
    let Some(domain) = domain else { return crate::draft::escape(host) };
    match host.strip_suffix(domain) {
        Some("") => "${env.domain}".to_owned(),
        Some(before) if before.ends_with('.') => format!("{before}${{env.domain}}"),
        _ => crate::draft::escape(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_become_names_below_their_domain() {
        assert_eq!(shared_domain(&["api.shop.example", "shop.example"]).as_deref(), Some("shop.example"));
        assert_eq!(shared_domain(&["www.shop.example"]).as_deref(), Some("shop.example"));
        assert_eq!(shared_domain(&["a.example", "b.other"]), None);
        assert_eq!(under("api.shop.example", Some("shop.example")), "api.${env.domain}");
        assert_eq!(under("other.example", Some("shop.example")), "other.example");
    }
}
