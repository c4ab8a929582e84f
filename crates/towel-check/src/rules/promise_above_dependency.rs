//! A service promises to be there more often than one that it needs.

use std::collections::HashMap;

use towel_model::{Percent, Service, Stack};
use towel_source::{Diagnostic, Spanned};

use crate::phrase::figure;
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("promise-above-dependency", include_str!("promise-above-dependency.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let promise = |service: &Service| service.slo.as_ref().and_then(|slo| slo.availability);
    let promises: HashMap<&str, (&Service, Spanned<Percent>)> = stack
        .services
        .iter()
        .filter_map(|service| Some((service.name.as_str(), (service, promise(service)?))))
        .collect();
    for service in &stack.services {
        let Some(own) = promise(service) else { continue };
        for (need, other) in service.needs.iter().filter_map(|need| promises.get(need.as_str())) {
            if other.0 < own.0 {
                found.push(describe(service, own, need, *other));
            }
        }
    }
}

fn describe(service: &Service, own: Spanned<Percent>, need: &Service, other: Spanned<Percent>) -> Diagnostic {
    let percent = |share: Spanned<Percent>| figure(share.0, 4);
    RULE.found(format!("`{}` promises more than `{}`, which it needs", service.name, need.name))
        .at(own.span, format!("at most {} % may fail", figure(100.0 - own.0, 4)))
        .also(other.span, format!("`{}` alone may fail {} %", need.name, figure(100.0 - other.0, 4)))
        .note(format!("{} % × 100 % of its own = {} % < {} %", percent(other), percent(other), percent(own)))
        .help(format!("promise at most `{}%`, or answer without `{}` when it is away", percent(other), need.name))
}
