//! The products under `examples/` are what their comments say: sound, and with a reason for each warning.

use std::path::{Path, PathBuf};

use crate::page::promised;
use crate::product::Product;

#[test]
fn the_products_have_no_errors_and_only_the_warnings_that_they_explain() {
    let mut differences = Vec::new();
    for path in products() {
        let text = std::fs::read_to_string(&path).unwrap();
        let product = Product::read(&text);
        let (promised, found) = (promised(&text), product.marks());
        assert!(promised.iter().all(|(_, severity, _)| severity == "warning"), "{}", path.display());
        if promised != found {
            differences.push(format!("{}:\n{}", path.display(), product.shown()));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn every_product_of_the_requirements_is_there() {
    let all = products();
    for name in ["mechapizzai", "checkin", "twinmcp", "luneo", "ford", "pizzeria"] {
        assert!(all.iter().any(|path| path.parent().unwrap().ends_with(name)), "{name}");
    }
}

/// Every `towel.yaml` in a folder of its own under `examples/`.
fn products() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("towel.yaml"))
        .filter(|path| path.is_file())
        .collect();
    all.sort();
    all
}
