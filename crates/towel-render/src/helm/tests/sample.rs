//! Products to render.

use towel_testkit::random::product_of;

use crate::file::Files;
use crate::ownership::product;
use crate::{File, Product, Target};

/// Every key of the language, in two environments of clusters.
pub(super) fn sample() -> Product {
    product(include_str!("../../../tests/render/sample.yaml"), None).expect("the sample passes `check`")
}

/// Whatever can differ between two environments of clusters.
pub(super) fn contrasts() -> Product {
    product(include_str!("../../kubernetes/tests/sample.yaml"), None).expect("the sample passes `check`")
}

/// The random products among the first `seeds` that pass `check` and run in a cluster.
pub(super) fn random(seeds: u64) -> impl Iterator<Item = (String, Product)> {
    let products = (0..seeds).filter_map(|seed| Some((format!("seed {seed}"), product(&product_of(seed), None)?)));
    products.filter(|(_, product)| product.clustered().next().is_some())
}

pub(super) fn files(product: &Product) -> Vec<File> {
    let mut files = Files::new(Target::Helm);
    crate::helm::render(product, &mut files);
    files.into_vec()
}
