//! Entry of the target `alertmanager`: its files.

use super::{config, route};
use crate::alarm::alarms;
use crate::file::Files;
use crate::prometheus::folder;
use crate::{Fact, Product, Treatment};

/// Writes the files of this target.
pub(crate) fn render(product: &Product, files: &mut Files) {
    for stack in product.stacks() {
        let folder = format!("{}/alertmanager", folder(product, stack));
        let alarms = alarms(stack);
        files.yaml(format!("{folder}/alertmanager.yaml"), "notify", &config::document(stack, &alarms));
        files.yaml(format!("{folder}/routes.test.yaml"), "notify", &route::tests(stack, &alarms));
    }
}

/// What becomes of each key here.
pub(crate) fn treat(fact: &Fact<'_>) -> Treatment {
    super::treatment::of(fact)
}
