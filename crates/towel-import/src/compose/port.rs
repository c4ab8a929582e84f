//! `ports` in both forms, and `expose`.

use crate::account::Cursor;
use crate::draft::Noted;
use crate::read::fill;

/// The port of a service, and whether it is published on the host.
pub(super) struct Port<'a> {
    pub(super) port: Noted<u16>,
    /// The published port, with its place.
    pub(super) published: Option<(String, Cursor<'a>)>,
}

/// One published port.
struct Mapping {
    published: Option<String>,
    target: String,
    udp: bool,
    own_machine: bool,
}

/// Ports at which debuggers listen by custom: Node, Java, Python, Go, .NET.
const DEBUGGERS: [u16; 5] = [9229, 5005, 5678, 2345, 4024];

/// The port on which a service listens: the one that it was told, else the first that is published or exposed.
pub(super) fn convert<'a>(service: &Cursor<'a>, told: Option<u16>) -> Option<Port<'a>> {
    let mut first: Option<Port<'a>> = None;
    let published = service.get("ports").map(|ports| ports.items()).unwrap_or_default();
    let chosen = choose(service, told);
    for at in published {
        let read = mapping(&at).and_then(|mapping| Some((lowest(&mapping.target).ok()?, mapping)));
        let Some((port, mapping)) = read else {
            at.left_out("this is no port that could be read");
            continue;
        };
        if mapping.udp {
            at.left_out("towel's front door speaks HTTP, not UDP");
        } else if first.as_ref().is_some_and(|first| first.port.value == port) {
            at.left_out("the port is known already");
        } else if Some(port) != chosen {
            at.left_out("a service listens on one port; this one is reached by nobody");
        } else {
            if mapping.target.contains('-') {
                at.approximated("a service listens on one port: the first of the range");
            } else {
                account(&mapping, &at);
            }
            let published = mapping.published.filter(|_| !mapping.own_machine).map(|it| (it, at.clone()));
            first = Some(Port { port: Noted::plain(port), published });
        }
    }
    for at in service.get("expose").map(|expose| expose.items()).unwrap_or_default() {
        match exposed(&at) {
            None => at.left_out("this is no port that could be read"),
            Some(port) if first.as_ref().is_some_and(|first| first.port.value == port) => {
                at.left_out("the port is known already");
            }
            Some(port) if Some(port) == chosen => {
                at.converted();
                first = Some(Port { port: Noted::plain(port), published: None });
            }
            Some(_) => at.left_out("a service listens on one port; this one is reached by nobody"),
        }
    }
    first
}

/// Which of all ports it is.
pub(super) fn choose(service: &Cursor<'_>, told: Option<u16>) -> Option<u16> {
    let ports = service.get("ports").map(|ports| ports.items()).unwrap_or_default();
    let ports = ports.iter().filter_map(mapping).filter(|mapping| !mapping.udp);
    let mut all: Vec<u16> = ports.filter_map(|mapping| lowest(&mapping.target).ok()).collect();
    all.extend(service.get("expose").map(|expose| expose.items()).unwrap_or_default().iter().filter_map(exposed));
    let by_name = all.iter().find(|port| Some(**port) == told);
    by_name.or_else(|| all.iter().find(|port| !DEBUGGERS.contains(port))).or(all.first()).copied()
}

fn exposed(at: &Cursor<'_>) -> Option<u16> {
    lowest(fill(at.node().text()?).text.split('/').next()?).ok()
}

fn account(mapping: &Mapping, at: &Cursor<'_>) {
    match &mapping.published {
        Some(_) if mapping.own_machine => {
            at.approximated(
                "`port:`; reached from this machine only, which towel's own gateway port of it does as well",
            );
        }
        Some(published) => at.approximated(format!(
            "became `port:` and `expose:`; `{published}` of this machine became a name at towel's front door"
        )),
        None => at.approximated("became `port:`; a random port of this machine is not opened"),
    }
}

fn mapping(at: &Cursor<'_>) -> Option<Mapping> {
    let own = |host: &str| host.starts_with("127.") || host == "localhost" || host == "::1";
    if at.is_mapping() {
        let text = |key: &str| at.get(key).and_then(|it| Some(fill(it.node().text()?).text));
        return Some(Mapping {
            published: text("published").filter(|it| !it.is_empty() && it != "0"),
            target: text("target")?,
            udp: text("protocol").is_some_and(|protocol| protocol == "udp"),
            own_machine: text("host_ip").is_some_and(|host| own(&host)),
        });
    }
    let text = fill(at.node().text()?).text;
    let (ports, protocol) = text.split_once('/').unwrap_or((&text, "tcp"));
    let (host, target) = ports.rsplit_once(':').map_or((None, ports), |(host, target)| (Some(host), target));
    let (address, published) = match host {
        Some(host) => host.rsplit_once(':').map_or((None, host), |(address, port)| (Some(address), port)),
        None => (None, ""),
    };
    Some(Mapping {
        published: (!published.is_empty()).then(|| published.to_owned()),
        target: target.to_owned(),
        udp: protocol == "udp",
        own_machine: address.is_some_and(|address| own(address.trim_matches(['[', ']']))),
    })
}

/// A port, or the first one of a range.
fn lowest(text: &str) -> Result<u16, std::num::ParseIntError> {
    text.split('-').next().unwrap_or(text).trim().parse()
}
