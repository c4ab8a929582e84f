//! An image tag that may mean another image tomorrow.

use towel_model::{Class, Service, Stack};
use towel_source::Diagnostic;

use crate::image::{Pin, pin, without_tag};
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("moving-tag", include_str!("moving-tag.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.services.iter().filter_map(|service| describe(stack, service)));
}

fn describe(stack: &Stack, service: &Service) -> Option<Diagnostic> {
    let image = service.image.as_ref()?;
    let label = match pin(image) {
        Pin::Moving { tag: Some(tag) } => format!("`{tag}` is moved to each new build"),
        Pin::Moving { tag: None } => "without a tag, `latest` is meant".to_owned(),
        Pin::Version | Pin::Fixed => return None,
    };
    let message = format!("the image of `{}` may be another one tomorrow", service.name);
    // On a developer's machine the newest build is often what is wanted.
    let found = if *stack.environment.class == Class::Dev { RULE.suspected(message) } else { RULE.found(message) };
    Some(
        found
            .at(image.span, label)
            .note(
                "two instances started an hour apart run different code, and a rollback fetches the broken image again",
            )
            .help(format!(
                "write `{}:${{version}}`, or a fixed tag or digest when it is not yours to build",
                without_tag(&image.text)
            )),
    )
}
