//! How towel.yaml changed, from one rendering to the next.

use super::markdown::Page;
use crate::Product;

/// The page of changes, newest first.
pub(super) fn page(product: &Product) -> String {
    let mut page = Page::new("Changes of towel.yaml", "");
    if product.changes().is_empty() {
        page.paragraph("None since it was first rendered.");
    }
    for entry in product.changes() {
        page.heading(&entry.date);
        page.list(&entry.lines);
    }
    page.finish()
}
