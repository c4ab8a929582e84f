//! A product that uses every key of the language, and readings of its variations.

use towel_render::Product;
use towel_source::{Sources, human};

/// Uses every key.
pub(crate) const SAMPLE: &str = include_str!("sample.yaml");

/// The product of a text that has no errors.
pub(crate) fn product(text: &str) -> Product {
    let mut sources = Sources::new();
    let file = sources.add("towel.yaml", text);
    let reading = towel_model::read(&sources, file);
    let refuse = |found: &[towel_source::Diagnostic]| -> ! {
        panic!("{}", human(found, &sources, towel_source::Colour::None));
    };
    let Some(model) = reading.model else { refuse(&reading.diagnostics) };
    let names: Vec<String> = model.environments().iter().map(|environment| environment.name.to_string()).collect();
    let stacks = names.iter().map(|name| {
        let Some(stack) = model.stack(name).0 else { refuse(&reading.diagnostics) };
        towel_check::admit(stack).map_or_else(|found| refuse(&found), |(stack, _)| stack)
    });
    Product::new(stacks.collect()).unwrap()
}
