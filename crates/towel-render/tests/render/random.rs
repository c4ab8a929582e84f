//! Random products: most pass the rules, and those that do are rendered without a panic, the same way twice.

use std::collections::BTreeMap;

use towel_render::{Product, Target, render};
use towel_source::Sources;
use towel_testkit::random::product_of;

/// The product, or the codes of the errors that refuse it.
pub(crate) fn admitted(text: &str) -> Result<Product, Vec<String>> {
    let mut sources = Sources::new();
    let file = sources.add("towel.yaml", text);
    let reading = towel_model::read(&sources, file);
    let codes = |found: &[towel_source::Diagnostic]| -> Vec<String> {
        found.iter().filter(|found| found.is_error()).map(|found| found.code.to_string()).collect()
    };
    let model = reading.model.ok_or_else(|| codes(&reading.diagnostics))?;
    let names: Vec<String> = model.environments().iter().map(|environment| environment.name.to_string()).collect();
    let stacks = names.iter().map(|name| {
        let stack = model.stack(name).0.ok_or_else(|| codes(&reading.diagnostics))?;
        towel_check::admit(stack).map(|(stack, _)| stack).map_err(|found| codes(&found))
    });
    Ok(Product::new(stacks.collect::<Result<_, _>>()?).unwrap())
}

#[test]
fn most_random_products_are_sound_and_all_of_those_can_be_rendered() {
    const SEEDS: u64 = 300;
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    let mut sound = 0;
    for seed in 0..SEEDS {
        match admitted(&product_of(seed)) {
            Ok(product) => {
                sound += 1;
                assert_eq!(render(&product, Target::ALL), render(&product, Target::ALL), "seed {seed}");
            }
            Err(codes) => codes.into_iter().for_each(|code| *refused.entry(code).or_default() += 1),
        }
    }
    assert!(sound * 3 > SEEDS * 2, "only {sound} of {SEEDS} are sound: {refused:?}");
}
