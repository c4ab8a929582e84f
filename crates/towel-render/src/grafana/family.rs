//! Services that call their series alike, so that one query speaks of all of them.

use towel_model::{Service, Stack};

use crate::signal::Signal;

/// Services whose requests are counted and timed under the same names.
#[derive(Debug)]
pub(super) struct Family<'a> {
    services: Vec<&'a Service>,
}

/// All services whose requests somebody counts, in the order of the file.
pub(super) fn families(stack: &Stack) -> Vec<Family<'_>> {
    let mut families: Vec<Family<'_>> = Vec::new();
    for service in stack.services.iter().filter(|service| Signal::measured(service).is_some()) {
        match families.iter_mut().find(|family| family.takes(service)) {
            Some(family) => family.services.push(service),
            None => families.push(Family { services: vec![service] }),
        }
    }
    families
}

/// An expression over each family: they are united with `or`, which no two of them answer for the same service.
pub(super) fn united(families: &[Family<'_>], expression: impl Fn(&Signal<'_>) -> String) -> String {
    all(families, Family::signal, expression)
}

/// The same over the services that the reader of a dashboard chose as `$service`.
pub(super) fn chosen(families: &[Family<'_>], expression: impl Fn(&Signal<'_>) -> String) -> String {
    all(families, Family::chosen, expression)
}

fn all<'a>(
    families: &[Family<'a>],
    signal: impl Fn(&Family<'a>) -> Option<Signal<'a>>,
    expression: impl Fn(&Signal<'_>) -> String,
) -> String {
    let each: Vec<String> =
        families.iter().filter_map(signal).map(|signal| by_job(&signal, expression(&signal))).collect();
    each.join(" or ")
}

/// What the gateway counts is named `backend` there; everywhere else in dashboards, services are named `job`.
fn by_job(signal: &Signal<'_>, expression: String) -> String {
    if signal.is_own() {
        return expression;
    }
    format!("label_replace({expression}, \"job\", \"$1\", \"{}\", \"(.+)\")", signal.level())
}

impl<'a> Family<'a> {
    fn takes(&self, service: &Service) -> bool {
        let named = |service: &Service| service.metrics.as_ref().map(|it| (it.requests.clone(), it.duration.clone()));
        self.services.first().is_some_and(|first| named(first) == named(service))
    }

    fn signal(&self) -> Option<Signal<'a>> {
        let names: Vec<&str> = self.services.iter().map(|service| service.name.as_str()).collect();
        Some(Signal::measured(self.services.first()?)?.across(&names.join("|")))
    }

    fn chosen(&self) -> Option<Signal<'a>> {
        Some(Signal::measured(self.services.first()?)?.across("$service"))
    }
}
