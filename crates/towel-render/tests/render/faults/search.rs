//! The search: no product that passes the rules renders one of the faults.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use towel_render::{Product, Target, render};
use towel_testkit::random::{product as any_product, product_of};

use super::artefacts::Artefacts;
use super::detectors::examine;
use super::fault::Fault;
use crate::random::admitted;
use crate::sample::{SAMPLE, product};

/// What a product's files are, with the file that they were rendered from.
pub(super) fn artefacts(product: &Product, text: &str) -> Artefacts {
    let files = render(product, Target::ALL).files.into_iter().map(|file| (file.path, file.contents));
    let own = std::iter::once(("towel.yaml".to_owned(), text.to_owned()));
    Artefacts::new(own.chain(files).collect())
}

/// Faults that are known and open, and what is left to do. New ones of these kinds are not seen, so this is to be empty.
const OPEN: &[(&str, &str)] = &[
    ("target that nobody runs", "Prometheus is told to scrape services that no container runs, only `towel up`"),
    ("pruned before its time", "backup jobs of clusters keep as many files as `keep` adds up to, whatever their ages"),
    (
        "database without a volume",
        "a datastore without `storage` has a scratch volume in clusters outside of production",
    ),
];

/// Faults of several products: which product shows it first, by detector, the first three of each.
#[derive(Default)]
struct Harvest {
    found: BTreeMap<&'static str, Vec<String>>,
    products: usize,
}

impl Harvest {
    fn add(&mut self, name: &str, faults: Vec<(&'static str, Fault)>) {
        self.products += 1;
        for (detector, fault) in
            faults.into_iter().filter(|(detector, _)| !OPEN.iter().any(|(open, _)| open == detector))
        {
            self.found.entry(detector).or_default().push(format!("{name}: {}: {}", fault.path, fault.what));
        }
    }

    /// Fails with what was found.
    fn refuse(self) {
        let told: Vec<String> = self
            .found
            .iter()
            .map(|(detector, places)| {
                let first: Vec<&str> = places.iter().step_by(places.len().div_ceil(6)).map(String::as_str).collect();
                format!("{detector}, {} times:\n    {}", places.len(), first.join("\n    "))
            })
            .collect();
        assert!(told.is_empty(), "{} products show {} faults\n{}", self.products, told.len(), told.join("\n"));
    }
}

/// Each `examples/*/towel.yaml`.
fn examples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path().join("towel.yaml"));
    let mut files: Vec<_> = entries.filter(|path| path.exists()).collect();
    files.sort();
    let read = |path: std::path::PathBuf| (path.display().to_string(), std::fs::read_to_string(&path).unwrap());
    files.into_iter().map(read).collect()
}

#[test]
fn no_example_has_a_fault() {
    let mut harvest = Harvest::default();
    harvest.add("sample.yaml", examine(&artefacts(&product(SAMPLE), SAMPLE)));
    for (path, text) in examples() {
        let name = path.rsplit('/').nth(1).unwrap_or(&path).to_owned();
        harvest.add(&name, examine(&artefacts(&product(&text), &text)));
    }
    assert!(harvest.products > 5);
    harvest.refuse();
}

#[test]
fn no_random_product_has_a_fault() {
    search_through(0..300);
}

#[test]
#[ignore = "needs minutes"]
fn needs_minutes_to_find_no_fault_in_more_random_products() {
    search_through(300..500);
}

fn search_through(seeds: std::ops::Range<u64>) {
    let seeds: Vec<u64> = seeds.collect();
    let parts: Vec<&[u64]> = seeds.chunks(seeds.len().div_ceil(4).max(1)).collect();
    let search = |part: &[u64]| -> Vec<(String, Vec<(&'static str, Fault)>)> {
        let products = part.iter().map(|seed| (seed, product_of(*seed)));
        let sound = products.filter_map(|(seed, text)| Some((seed, admitted(&text).ok()?, text)));
        sound.map(|(seed, product, text)| (format!("seed {seed}"), examine(&artefacts(&product, &text)))).collect()
    };
    let mut harvest = Harvest::default();
    std::thread::scope(|scope| {
        let threads: Vec<_> = parts.iter().map(|part| scope.spawn(|| search(part))).collect();
        for (name, faults) in threads.into_iter().flat_map(|thread| thread.join().unwrap()) {
            harvest.add(&name, faults);
        }
    });
    assert!(harvest.products * 3 > seeds.len() * 2, "only {} of {} are sound", harvest.products, seeds.len());
    harvest.refuse();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_product_that_passes_the_rules_has_a_fault(text in any_product()) {
        let Ok(product) = admitted(&text) else { return Ok(()) };
        let mut harvest = Harvest::default();
        harvest.add("this product", examine(&artefacts(&product, &text)));
        prop_assert!(harvest.found.is_empty(), "{:#?}", harvest.found);
    }
}
