//! Two services are built from different folders into the same image.

use std::collections::HashMap;

use towel_model::{Service, Stack};
use towel_source::{Diagnostic, Spanned};

use crate::image::{Pin, pin, without_tag};
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("two-sources-one-image", include_str!("two-sources-one-image.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let mut built: HashMap<&str, (&Service, &Spanned<String>)> = HashMap::new();
    for service in &stack.services {
        let (Some(image), Some(source)) = (&service.image, &service.source) else { continue };
        if pin(image) != Pin::Version {
            continue;
        }
        let (other, before) = *built.entry(without_tag(&image.text)).or_insert((service, source));
        if folder(before) != folder(source) {
            found.push(
                RULE.found(format!("`{}` and `{}` are built into the same image", other.name, service.name))
                    .at(image.span, format!("`{}` again", without_tag(&image.text)))
                    .also(before.span, format!("`{}` is built from here", other.name))
                    .also(source.span, format!("and `{}` from here", service.name))
                    .note("whichever is pushed last is what both run")
                    .help("give each an image of its own, or let both have the same `source:`"),
            );
        }
    }
}

fn folder(source: &str) -> &str {
    source.trim_start_matches("./").trim_end_matches('/')
}
