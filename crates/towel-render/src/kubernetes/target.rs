//! Entry of the target `kubernetes`: the objects of every environment that a cluster runs, as a base and overlays.

use towel_check::CheckedStack;

use super::kustomize::Kustomization;
use super::objects::objects;
use crate::Product;
use crate::file::Files;

/// Writes the files of this target; none when no environment runs in a cluster.
pub(crate) fn render(product: &Product, files: &mut Files) {
    let stacks: Vec<&CheckedStack> = product.clustered().collect();
    if stacks.is_empty() {
        return;
    }
    let environments = side_by_side(&stacks);
    Kustomization::of(environments).write(files);
}

/// Environments know nothing of each other, so each may have a thread of its own.
fn side_by_side<'a>(stacks: &[&'a CheckedStack]) -> Vec<(&'a CheckedStack, Vec<super::object::Object<'a>>)> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = stacks.iter().map(|stack| (*stack, scope.spawn(|| objects(stack)))).collect();
        let ended = threads.into_iter().map(|(stack, thread)| (stack, thread.join()));
        ended.map(|(stack, made)| (stack, made.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))).collect()
    })
}
