//! Entry of the target `railway`: a file beside the source of each service that is built.

use super::config;
use crate::Product;
use crate::compose::Folders;
use crate::file::Files;

/// Writes the files of this target. They are of the strictest environment: a service has one such file.
pub(crate) fn render(product: &Product, files: &mut Files) {
    let stack = product.strictest();
    let folders = Folders::of(stack);
    for (path, document) in stack.services.iter().filter_map(|service| config::config(service, &folders)) {
        files.json(path, &document);
    }
}
