//! Entry of the target `helm`: its files, and what becomes of each key.

use towel_check::CheckedStack;
use towel_model::EngineKind;

use super::align::align;
use super::chart::Chart;
use crate::file::Files;
use crate::kubernetes::objects::objects;
use crate::{Fact, Key, Product, Treatment, kubernetes};

/// Writes the files of this target; none when no environment runs in a cluster.
pub(crate) fn render(product: &Product, files: &mut Files) {
    let stacks: Vec<&CheckedStack> = product.clustered().collect();
    if stacks.is_empty() {
        return;
    }
    let parts = align(side_by_side(&stacks));
    Chart::of(&stacks, parts).write(files);
}

/// Environments know nothing of each other, so each may have a thread of its own.
fn side_by_side<'a>(stacks: &[&'a CheckedStack]) -> Vec<Vec<kubernetes::object::Object<'a>>> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = stacks.iter().map(|stack| scope.spawn(|| objects(stack))).collect();
        let ended = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended.map(|made| made.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// What becomes of each key here: a chart gives the objects that `kubernetes` gives, and says where the source is.
pub(crate) fn treat(fact: &Fact<'_>) -> Treatment {
    if *fact.stack.environment.engine != EngineKind::Kubernetes {
        return Treatment::Elsewhere;
    }
    match fact.key {
        Key::Repository => Treatment::Kept,
        Key::Image => match kubernetes::treat(fact) {
            Treatment::Approximated(_) => {
                Treatment::approximated("`unreleased` stands where `image.tag` of a release puts the version")
            }
            same => same,
        },
        _ => kubernetes::treat(fact),
    }
}
