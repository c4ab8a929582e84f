//! A name becomes too long once Kubernetes adds to it.

use towel_model::{EngineKind, Stack};
use towel_source::{Diagnostic, Spanned};

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::error("name-too-long-for-the-cluster", include_str!("name-too-long-for-the-cluster.md"), examine);

/// Of 63, eleven go to a revision's hash and its hyphen.
const STATEFUL_SET: usize = 52;
/// Of 52 that a CronJob may have, seven go to `-backup`.
const BACKED_UP: usize = 45;
const HELM_RELEASE: usize = 53;

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.engine != EngineKind::Kubernetes {
        return;
    }
    if stack.name.len() > HELM_RELEASE {
        found.push(describe(&stack.name, HELM_RELEASE, "a Helm release has at most 53 characters"));
    }
    for datastore in &stack.datastores {
        let (most, why) = if datastore.backup.is_some() {
            (BACKED_UP, "63 of a job - 11 for its number = 52 of a CronJob - 7 of `-backup` = 45")
        } else {
            (STATEFUL_SET, "63 of a label - 11 for the revision of a StatefulSet = 52")
        };
        if datastore.name.len() > most {
            found.push(describe(&datastore.name, most, why));
        }
    }
}

fn describe(name: &Spanned<String>, most: usize, why: &str) -> Diagnostic {
    RULE.found(format!("`{name}` is too long a name for a cluster"))
        .at(name.span, format!("{} characters", name.len()))
        .note(why.to_owned())
        .help(format!("choose a name of at most {most} characters"))
}
