//! How the outside reaches services: by Gateway API or by Ingress.

use towel_model::{IngressApi, Rate, Service};

use super::scene::Scene;
use super::{gateway, ingress};
use crate::kubernetes::object::Object;

/// The objects that all exposed services share.
pub(super) fn of_product<'a>(scene: &Scene<'a>, objects: &mut Vec<Object<'a>>) {
    let Some(door) = scene.ingress().filter(|_| !scene.hosts().is_empty()) else { return };
    if *door.api == IngressApi::Gateway {
        gateway::add(scene, door, objects);
    }
}

/// The object that exposes a service.
pub(super) fn of_service<'a>(scene: &Scene<'a>, service: &'a Service) -> Option<Object<'a>> {
    let door = scene.ingress()?;
    let (expose, port, host) = (service.expose.as_ref()?, service.port.as_ref()?, scene.host(service)?);
    let exposed = Exposed { service, expose, port: port.value.into(), host };
    Some(match *door.api {
        IngressApi::Gateway => gateway::route(scene, door, &exposed),
        IngressApi::Ingress => ingress::ingress(scene, door, &exposed),
    })
}

/// A service that the outside reaches.
pub(super) struct Exposed<'a> {
    pub(super) service: &'a Service,
    pub(super) expose: &'a towel_model::Expose,
    pub(super) port: i32,
    pub(super) host: String,
}

/// The Secret with the certificate of a host, which cert-manager fills.
pub(super) fn certificate(host: &str) -> String {
    format!("{}-tls", host.replace('*', "any"))
}

/// A rate as nginx counts it: per second or per minute, in whole requests. Whether that is exact.
pub(crate) fn limit_per(rate: Rate) -> (&'static str, u64, bool) {
    let per_second = rate.per_second();
    let per_minute = per_second * 60.0;
    let whole = |number: f64| (number - number.round()).abs() < 1e-9 && number >= 1.0;
    if whole(per_second) {
        ("rps", per_second.round() as u64, true)
    } else {
        ("rpm", per_minute.round().max(1.0) as u64, whole(per_minute))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn rates_are_counted_in_the_unit_that_is_exact() {
        let limit = |count: f64, per: u64| limit_per(Rate { count, per: Duration::from_secs(per) });
        assert_eq!(limit(100.0, 1), ("rps", 100, true));
        assert_eq!(limit(100.0, 60), ("rpm", 100, true));
        assert_eq!(limit(10_000.0, 86_400), ("rpm", 7, false));
        assert_eq!(limit(1.0, 86_400), ("rpm", 1, false));
    }
}
