//! Entry of the target `kubernetes`: the objects of every environment that a cluster runs, as a base and overlays.

use towel_check::CheckedStack;

use super::kustomize;
use crate::Product;
use crate::file::Files;

/// Writes the files of this target; none when no environment runs in a cluster.
pub(crate) fn render(product: &Product, files: &mut Files) {
    let stacks: Vec<&CheckedStack> = product.clustered().collect();
    if !stacks.is_empty() {
        kustomize::write(&stacks, files);
    }
}
