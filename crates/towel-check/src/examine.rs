//! Runs the rules over one environment or over all of them.

use std::collections::HashMap;

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::phrase::names;
use crate::registry::RULES;
use crate::rule::Examine;

/// Everything the rules find in one environment. Rules that compare environments are left out.
pub fn check(stack: &Stack) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in RULES {
        if let Examine::Stack(examine) = rule.examine {
            examine(stack, &mut found);
        }
    }
    found
}

/// Everything the rules find in a product whose environments are all there. A fault that several
/// environments share is reported once; a note names them.
pub fn check_all(stacks: &[Stack]) -> Vec<Diagnostic> {
    let mut found = check_each(stacks);
    for rule in RULES {
        if let Examine::Product(examine) = rule.examine {
            examine(stacks, &mut found);
        }
    }
    found
}

/// Like [`check_all`], but without comparing environments: for when some of them could not be read,
/// since what seems unused may be used there.
pub fn check_each(stacks: &[Stack]) -> Vec<Diagnostic> {
    let mut merged = Merged::default();
    for (number, stack) in stacks.iter().enumerate() {
        for diagnostic in check(stack) {
            merged.add(diagnostic, number);
        }
    }
    merged.into_diagnostics(stacks)
}

/// Equal findings with the numbers of the environments that have them, in order of appearance.
#[derive(Default)]
struct Merged {
    places: HashMap<Diagnostic, usize>,
    findings: Vec<(Diagnostic, Vec<usize>)>,
}

impl Merged {
    fn add(&mut self, diagnostic: Diagnostic, environment: usize) {
        match self.places.get(&diagnostic) {
            Some(&place) => {
                let environments = &mut self.findings[place].1;
                if environments.last() != Some(&environment) {
                    environments.push(environment);
                }
            }
            None => {
                self.places.insert(diagnostic.clone(), self.findings.len());
                self.findings.push((diagnostic, vec![environment]));
            }
        }
    }

    fn into_diagnostics(self, stacks: &[Stack]) -> Vec<Diagnostic> {
        let name = |place: usize| stacks[place].environment.name.as_str();
        self.findings
            .into_iter()
            .map(|(diagnostic, environments)| match environments.len() {
                // With one environment there is nothing to tell apart.
                _ if stacks.len() == 1 => diagnostic,
                found if found == stacks.len() => diagnostic.note("in every environment"),
                1 => diagnostic.note(format!("in environment `{}`", name(environments[0]))),
                _ => diagnostic.note(format!("in environments {}", names(environments.into_iter().map(name)))),
            })
            .collect()
    }
}
