//! A service is told to listen on another port than the one to which its requests go.

use towel_model::{EngineKind, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("env-contradicts-port", include_str!("env-contradicts-port.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    // The local engine hands out ports itself and overrides the variable.
    if *stack.environment.engine == EngineKind::Local {
        return;
    }
    for service in &stack.services {
        let Some(port) = &service.port else { continue };
        let variable = service.env.iter().find(|variable| *variable.name == "PORT");
        let Some(value) = variable.and_then(|variable| variable.value.as_ref()) else { continue };
        if let Ok(told) = value.text.trim().parse::<u16>()
            && told != port.value
        {
            found.push(
                RULE.found(format!("`{}` listens on `{told}`, but its requests go to `{port}`", service.name))
                    .at(value.span, "told to listen here")
                    .also(port.span, "asked here")
                    .help(format!("write `PORT: \"{port}\"`, or change `port:`")),
            );
        }
    }
}
