//! All targets of one product, rendered side by side.

use crate::file::Files;
use crate::{File, Finding, Product, Target, facts};

/// What was rendered, and what could not be.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rendering {
    /// In the order of targets, then as each target wrote them.
    pub files: Vec<File>,
}

/// Renders `targets`. The same product gives the same bytes.
pub fn render(product: &Product, targets: &[Target]) -> Rendering {
    Rendering { files: side_by_side(targets, |target| rendered(product, target)).into_iter().flatten().collect() }
}

impl Rendering {
    /// What each of `targets` does with every fact of the product.
    pub fn report(product: &Product, targets: &[Target]) -> Vec<Finding> {
        let all = facts(product);
        let mut findings: Vec<Finding> =
            targets.iter().flat_map(|target| all.iter().filter_map(|fact| Finding::of(*target, fact))).collect();
        // The same line stands in every environment's stack; saying it once is enough.
        let mut seen = std::collections::HashSet::new();
        findings.retain(|finding| seen.insert((finding.target, finding.path.clone(), finding.treatment.clone())));
        findings
    }
}

fn rendered(product: &Product, target: Target) -> Vec<File> {
    let mut files = Files::new(target);
    target.render(product, &mut files);
    files.into_vec()
}

/// Targets know nothing of each other, so each may have a thread of its own.
fn side_by_side<T: Send>(targets: &[Target], work: impl Fn(Target) -> T + Sync) -> Vec<T> {
    let work = &work;
    std::thread::scope(|scope| {
        let threads: Vec<_> = targets.iter().map(|target| scope.spawn(move || work(*target))).collect();
        let ended = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended.map(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
