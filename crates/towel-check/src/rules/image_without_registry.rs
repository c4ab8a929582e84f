//! A cluster looks for the product's own image in the public library.

use towel_model::{EngineKind, Stack};
use towel_source::Diagnostic;

use crate::image::{Pin, pin};
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("image-without-registry", include_str!("image-without-registry.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.engine != EngineKind::Kubernetes {
        return;
    }
    for service in &stack.services {
        let Some(image) = &service.image else { continue };
        // Without `${version}` it may well be one of the library, such as `nginx:1.27`.
        if pin(image) == Pin::Version && !image.text.contains('/') {
            found.push(
                RULE.found(format!("the image of `{}` is looked for where it is not", service.name))
                    .at(image.span, format!("means `docker.io/library/{}`", image.text))
                    .help(format!("name the registry too: `ghcr.io/OWNER/{}`", image.text)),
            );
        }
    }
}
