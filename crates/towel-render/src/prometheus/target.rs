//! Entry of the target `prometheus`: its files.

use towel_check::CheckedStack;
use towel_model::EngineKind;

use super::rules::RuleFile;
use super::{blackbox, config, containers, folder, unit};
use crate::alarm::{alarms, asked};
use crate::compose::settings;
use crate::file::Files;
use crate::{Fact, Product, Treatment};

/// Writes the files of this target.
pub(crate) fn render(product: &Product, files: &mut Files) {
    for stack in product.stacks() {
        let folder = format!("{}/prometheus", folder(product, stack));
        environment(stack, &folder, files);
    }
    for setting in settings(product).into_iter().filter(|it| *it.stack.environment.engine == EngineKind::Local) {
        let path = format!("{}/compose.yaml", super::folder(product, setting.stack));
        files.yaml(path, "", &containers::document(product, setting));
    }
}

fn environment(stack: &CheckedStack, folder: &str, files: &mut Files) {
    let from = format!("environments.{}", stack.environment.name.as_str());
    files.yaml(format!("{folder}/prometheus.yaml"), &from, &config::document(stack));
    if asked(stack).next().is_some() {
        files.yaml(format!("{folder}/blackbox.yaml"), "probes", &blackbox::document(stack));
    }
    for rules in RuleFile::all(stack, alarms(stack)) {
        files.yaml(format!("{folder}/rules/{}.yaml", rules.name), &rules.from, &rules.document(stack));
        files.yaml(format!("{folder}/tests/{}.yaml", rules.name), &rules.from, &unit::document(stack, &rules));
    }
}

/// What becomes of each key here.
pub(crate) fn treat(fact: &Fact<'_>) -> Treatment {
    super::treatment::of(fact)
}
