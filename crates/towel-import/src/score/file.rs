//! A Score file as a whole.

use super::{container, resource};
use crate::account::Cursor;
use crate::draft::{Draft, Noted, Service};
use crate::import::Around;

/// Converts a Score file.
pub(crate) fn convert(root: &Cursor<'_>, around: &Around<'_>) -> Draft {
    if let Some(version) = root.get("apiVersion") {
        version.left_out("it says that this is a Score file, which was seen");
    }
    let original = root.find(&["metadata", "name"]).and_then(|name| name.text());
    let name = crate::draft::name(original.unwrap_or("workload"));
    let mut draft = Draft::default();
    let resources = resource::convert(root, &name, &mut draft);
    let mut service = Service { name, ..Service::default() };
    service.port = port(root);
    let containers = root.get("containers").map(|containers| containers.each()).unwrap_or_default();
    let mut containers = containers.into_iter();
    if let Some((_, first)) = containers.next() {
        container::convert(&first, &mut service, &resources, around);
    }
    for (_, other) in containers {
        other.left_out("a service runs one container: make it a service of its own, or part of the first one's image");
    }
    service.expose = resources.expose.clone().filter(|_| service.port.is_some());
    service.needs = resources.needs();
    service.needs.iter_mut().for_each(|need| need.note = Some("a resource of the Score file".to_owned()));
    draft.services.push(service);
    draft
}

/// The first port, and the one in the container where it differs.
fn port(root: &Cursor<'_>) -> Option<Noted<u16>> {
    let mut first = None;
    for (name, at) in root.find(&["service", "ports"])?.each() {
        let number = |key: &str| at.get(key).and_then(|it| it.peek()?.parse::<u16>().ok());
        if at.get("protocol").is_some_and(|protocol| protocol.peek() == Some("UDP")) {
            at.left_out("towel's gateway speaks HTTP, not UDP");
            continue;
        }
        if first.is_some() {
            at.left_out("a service listens on one port; this one is reached by nobody");
            continue;
        }
        let Some(port) = number("targetPort").or_else(|| number("port")) else { continue };
        match (at.get("targetPort"), at.get("port")) {
            (Some(target), Some(outside)) => {
                target.converted();
                outside.left_out("others reach it at `${NAME.url}`, whatever the port");
            }
            (_, Some(port)) => port.converted(),
            (_, None) => {}
        }
        first = Some(Noted::new(port, format!("`{name}`")));
    }
    first
}
