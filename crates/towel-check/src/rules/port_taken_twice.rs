//! Two listeners of this machine want the same port.

use towel_model::{EngineKind, Service, Stack};
use towel_source::{Diagnostic, Span};

use crate::instances::Most;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("port-taken-twice", include_str!("port-taken-twice.md"), examine);

/// Where the gateway listens when nothing else is written.
const GATEWAY_PORT: u16 = 8080;

/// A port of this machine that somebody has decided on.
struct Listener {
    port: u16,
    span: Span,
    who: String,
}

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    // In a cluster each instance has an address of its own.
    if *stack.environment.engine != EngineKind::Local {
        return;
    }
    let mut taken: Vec<Listener> = gateway(stack).into_iter().collect();
    for service in &stack.services {
        let Some(listener) = fixed(service) else { continue };
        match taken.iter().find(|other| other.port == listener.port) {
            Some(other) => found.push(by_two(&listener, other)),
            None => found.extend(by_itself(service, &listener)),
        }
        taken.push(listener);
    }
}

fn gateway(stack: &Stack) -> Option<Listener> {
    stack.services.iter().find(|service| service.expose.is_some())?;
    let who = "the gateway".to_owned();
    match stack.environment.gateway.as_ref().and_then(|gateway| gateway.listen.as_ref()) {
        Some(listen) => {
            let port = listen.rsplit(':').next()?.parse().ok()?;
            Some(Listener { port, span: listen.span, who })
        }
        None => Some(Listener { port: GATEWAY_PORT, span: stack.environment.name.span, who }),
    }
}

/// The engine hands each instance a port of its own as `PORT`, unless the file sets `PORT` itself.
fn fixed(service: &Service) -> Option<Listener> {
    service.run.as_ref()?;
    let value = service.env.iter().find(|variable| *variable.name == "PORT")?.value.as_ref()?;
    let port = value.text.trim().parse().ok()?;
    Some(Listener { port, span: value.span, who: format!("`{}`", service.name) })
}

fn by_two(listener: &Listener, other: &Listener) -> Diagnostic {
    RULE.found(format!("port `{}` is taken twice", listener.port))
        .at(listener.span, format!("by {}", listener.who))
        .also(other.span, format!("and by {}", other.who))
        .help("remove `PORT` from `env:`; the local engine hands each instance a free port")
}

fn by_itself(service: &Service, listener: &Listener) -> Option<Diagnostic> {
    let most = Most::of(service);
    (most.total() > 1).then(|| {
        RULE.found(format!("port `{}` is taken by several instances of `{}`", listener.port, service.name))
            .at(listener.span, "the same for each instance")
            .note(format!("most replicas + surge = {most} = {} instances on one machine", most.total()))
            .help("remove `PORT` from `env:`; the local engine hands each instance a free port")
    })
}
