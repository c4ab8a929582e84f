//! A variable must have a value in this environment and has none.

use towel_model::{Class, Environment, Service, Stack, Variable};
use towel_source::{Diagnostic, Spanned};

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("missing-required-value", include_str!("missing-required-value.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        for variable in service.env.iter().filter(|variable| variable.value.is_none()) {
            let required = variable.required_in.iter().find(|place| covers(place, &stack.environment));
            if let Some(place) = required {
                found.push(describe(stack, service, variable, place));
            }
        }
    }
}

fn covers(place: &str, environment: &Environment) -> bool {
    place == environment.name.as_str() || place == environment.class.name()
}

fn describe(stack: &Stack, service: &Service, variable: &Variable, place: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` of `{}` has no value where it is required", variable.name, service.name);
    // A developer can start without it and see what happens.
    let found = if *stack.environment.class == Class::Dev { RULE.suspected(message) } else { RULE.found(message) };
    found
        .at(variable.name.span, "no value")
        .also(place.span, format!("required in {place}"))
        .help(format!(
            "give it a value: `value: …` here, under the environment's `services: {{ {}: {{ env: … }} }}`, or `secret: NAME`",
            service.name
        ))
}
