//! Entry of the target `env`: `.env.example`.

use super::example;
use crate::Product;
use crate::file::Files;

/// Writes the files of this target.
pub(crate) fn render(product: &Product, files: &mut Files) {
    if let Some(text) = example::text(product) {
        files.text(".env.example", text);
    }
}
