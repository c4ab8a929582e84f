//! Production runs with the settings of a developer's machine.

use towel_model::{Class, Stack, Variable};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("development-mode-in-production", include_str!("development-mode-in-production.md"), examine);

/// Variables by which frameworks choose their mode, with the value of production.
const MODES: [(&str, &str); 7] = [
    ("NODE_ENV", "production"),
    ("RAILS_ENV", "production"),
    ("APP_ENV", "production"),
    ("FLASK_ENV", "production"),
    ("ASPNETCORE_ENVIRONMENT", "Production"),
    ("APP_DEBUG", "false"),
    ("DEBUG", "false"),
];

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.class != Class::Production {
        return;
    }
    for service in &stack.services {
        for variable in &service.env {
            if let Some(right) = better(variable) {
                let value = variable.value.as_ref().map_or(variable.name.span, |value| value.span);
                found.push(
                    RULE.found(format!("`{}` runs in development mode in production", service.name))
                        .at(value, format!("`{}` chooses the mode", variable.name))
                        .note("debug pages show source and variables to everybody, and nothing is cached")
                        .help(format!("write `{}: {right}` for production", variable.name)),
                );
            }
        }
    }
}

/// The value of production, when the variable has a value for development.
fn better(variable: &Variable) -> Option<&'static str> {
    let value = variable.value.as_ref()?.text.to_lowercase();
    let (_, right) = MODES.iter().find(|(name, _)| *name == variable.name.as_str())?;
    let developing = ["development", "dev", "local", "debug", "true", "1", "on"].contains(&value.as_str());
    developing.then_some(*right)
}
