//! Health checks of services: what readiness asks, by a tool that the container's image is known to have.

use std::time::Duration;

use towel_model::{Ask, Probe, Service};
use towel_source::Spanned;

use super::environment::{command, literal};
use super::setting::Setting;
use crate::docker::{Kind, question};
use crate::quantity;
use crate::yaml::{Map, Yaml};

/// What is asked where nothing is declared, as the local engine does: whether the port accepts connections.
const BY_DEFAULT: Probe =
    Probe { ask: Ask::Tcp, every: Duration::from_secs(10), within: Duration::from_secs(1), failures: 3, successes: 1 };

/// None when nothing can be asked, or the image is not ours and may lack every tool that could ask.
pub(super) fn check(setting: Setting<'_>, service: &Service) -> Option<Map> {
    let probe = probe(service).map_or(&BY_DEFAULT, |probe| &probe.value);
    let test = match &probe.ask {
        Ask::Run(template) => command(setting, service, template),
        ask => {
            let words = question(kind(service)?, port(service)?, ask, probe.within)?;
            words.iter().map(|word| literal(word)).collect()
        }
    };
    let check = Map::new()
        .with("test", Yaml::row(std::iter::once("CMD".to_owned()).chain(test)))
        .with("interval", quantity::duration(probe.every))
        .with("timeout", quantity::duration(probe.within))
        .with("retries", probe.failures)
        .with("start_period", quantity::duration(*service.health.start));
    Some(check)
}

/// A container has one health check. Readiness is what others wait for.
pub(super) fn probe(service: &Service) -> Option<&Spanned<Probe>> {
    service.health.ready.as_ref().or(service.health.live.as_ref())
}

/// Whether some question can be asked.
pub(super) fn is_checked(service: &Service) -> bool {
    match probe(service).map(|probe| &probe.ask) {
        Some(Ask::Run(_)) => true,
        Some(Ask::Http(_) | Ask::Tcp) | None => kind(service).is_some() && port(service).is_some(),
    }
}

/// What our image of the service is made of. The one of Go has a program that asks only where a probe is declared.
fn kind(service: &Service) -> Option<Kind> {
    let kind = Kind::named(service.stack.as_ref()?).filter(|_| super::is_built(service))?;
    (kind != Kind::Go || probe(service).is_some()).then_some(kind)
}

fn port(service: &Service) -> Option<u16> {
    service.port.as_ref().map(|port| port.value)
}
