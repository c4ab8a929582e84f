//! Makes every service one that can be run and read: with something to start, and without what would be an error.

use std::collections::BTreeSet;

use super::{Draft, Noted, Probe, Question, Service};

/// Gives each service an image where nothing else starts it, and takes away what towel could not read. Says what.
pub(crate) fn complete(draft: &mut Draft, given_up: &mut Vec<String>) {
    let product = draft.name.as_ref().map_or_else(|| "product".to_owned(), |name| name.value.clone());
    let empty = |text: &Option<Noted<String>>| text.as_ref().is_some_and(|text| text.value.trim().is_empty());
    let mut taken = BTreeSet::new();
    for service in &mut draft.services {
        for text in [&mut service.description, &mut service.source, &mut service.image, &mut service.run] {
            if empty(text) {
                *text = None;
            }
        }
        if service.image.is_none() && service.run.is_none() {
            let guess = format!("{product}-{}:${{version}}", service.name);
            service.image = Some(Noted::new(guess, "a guess: nothing says what is run"));
        }
        service.port = service.port.take().filter(|port| port.value > 0);
        drop_odd_paths(service, given_up);
        ask_at_a_port(service, given_up);
        own_address(service, &mut taken);
    }
    for store in &mut draft.datastores {
        if empty(&store.version) {
            store.version = None;
        }
    }
}

/// Paths in which nobody could send a request.
fn drop_odd_paths(service: &mut Service, given_up: &mut Vec<String>) {
    let odd = |path: &str| {
        !path.starts_with('/')
            || path.chars().any(|letter| letter.is_whitespace() || letter.is_control() || letter == '#')
    };
    let asks = |probe: &Noted<Probe>| matches!(&probe.value.question, Question::Get(path) if odd(path));
    for probe in [&mut service.live, &mut service.ready] {
        if probe.as_ref().is_some_and(asks) {
            *probe = None;
            given_up.push(format!("a probe of `{}` asks no path that could be read", service.name));
        }
    }
    if service.metrics.as_ref().is_some_and(|path| odd(&path.value)) {
        service.metrics = None;
    }
    if let Some(expose) = &mut service.expose
        && expose.value.path.as_deref().is_some_and(odd)
    {
        expose.value.path = None;
        given_up.push(format!("`{}` is exposed at no path that could be read, so at all", service.name));
    }
    if service.expose.as_ref().is_some_and(|expose| expose.value.host.trim().is_empty()) {
        service.expose = None;
    }
}

/// Without a port there is nothing to ask, to expose or to read metrics from.
fn ask_at_a_port(service: &mut Service, given_up: &mut Vec<String>) {
    if service.port.is_some() {
        return;
    }
    let name = &service.name;
    for (key, probe) in [("live", &mut service.live), ("ready", &mut service.ready)] {
        if probe.as_ref().is_some_and(|probe| !matches!(probe.value.question, Question::Run(_))) {
            *probe = None;
            given_up.push(format!("`{name}` has no `health: {key}`: nothing says on which port it listens"));
        }
    }
    if service.metrics.take().is_some() || service.expose.take().is_some() {
        given_up.push(format!("`{name}` is neither exposed nor measured: nothing says on which port it listens"));
    }
}

/// Two services cannot have the same address: the second gets a name of its own.
fn own_address(service: &mut Service, taken: &mut BTreeSet<(String, String)>) {
    let Some(Noted { value: expose, note }) = &mut service.expose else { return };
    let path = expose.path.as_deref().unwrap_or_default().trim_end_matches('/').to_owned();
    if taken.insert((expose.host.to_lowercase(), path.clone())) {
        return;
    }
    expose.host = format!("{}.${{env.domain}}", service.name);
    *note = Some("a guess: its address was another service's already".to_owned());
    if !taken.insert((expose.host.to_lowercase(), path)) {
        service.expose = None;
    }
}
