//! A secret is handed to a variable that is built into pages for everybody.

use towel_model::{Reference, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("secret-in-public-variable", include_str!("secret-in-public-variable.md"), examine);

/// By which tools recognise what may be published.
const PUBLIC: [&str; 7] =
    ["NEXT_PUBLIC_", "VITE_", "REACT_APP_", "NUXT_PUBLIC_", "VUE_APP_", "EXPO_PUBLIC_", "GATSBY_"];

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        for variable in &service.env {
            let Some(prefix) = PUBLIC.iter().find(|prefix| variable.name.starts_with(**prefix)) else { continue };
            let Some(value) = &variable.value else { continue };
            let secret = value.references().find_map(|(to, _)| match to {
                Reference::Secret(name) => Some(name),
                _ => None,
            });
            if let Some(secret) = secret {
                found.push(
                    RULE.found(format!("secret `{secret}` is given to every visitor of `{}`", service.name))
                        .at(value.span, "stands in the scripts of every page")
                        .also(variable.name.span, format!("`{prefix}` means: publish this"))
                        .help("use the secret on the server only; what may be public is no secret and can stand here as it is"),
                );
            }
        }
    }
}
