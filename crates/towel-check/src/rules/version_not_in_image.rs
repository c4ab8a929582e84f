//! The version being shipped does not choose the image.

use towel_model::{Class, Stack};
use towel_source::Diagnostic;

use crate::image::{Pin, pin};
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("version-not-in-image", include_str!("version-not-in-image.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.class == Class::Dev {
        return;
    }
    for service in &stack.services {
        // What is not built here has no versions of its own to ship.
        let built_here = service.source.is_some() || service.stack.is_some();
        let Some(image) = service.image.as_ref().filter(|_| built_here) else { continue };
        if pin(image) == Pin::Fixed {
            found.push(
                RULE.found(format!("`towel deploy {} VERSION` would ship the same image again", service.name))
                    .at(image.span, "`${version}` does not occur")
                    .note("nor could a rollback bring an older version back")
                    .help("replace the tag by `${version}`"),
            );
        }
    }
}
