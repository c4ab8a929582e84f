//! The shares of traffic of a rollout do not rise to 100 %.

use towel_model::{Percent, Service, Stack};
use towel_source::{Diagnostic, Spanned};

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("steps-not-rising", include_str!("steps-not-rising.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.services.iter().filter_map(describe));
}

fn describe(service: &Service) -> Option<Diagnostic> {
    let steps = &service.rollout.steps;
    let last = steps.last()?;
    let found = RULE.found(format!("the rollout steps of `{}` do not rise to `100%`", service.name));
    let help = "write rising shares that end with all traffic, e.g. `steps: [10%, 50%, 100%]`";
    let mut before: Option<&Spanned<Percent>> = None;
    for step in steps {
        let least = before.map_or(0.0, |step| step.0);
        if step.0 <= least || step.0 > 100.0 {
            let found = found.at(step.span, out_of_place(step.value, before.map(|step| step.value)));
            return Some(found.help(help));
        }
        before = Some(step);
    }
    (last.0 < 100.0)
        .then(|| found.at(last.span, format!("{} % of traffic stays with the old version", 100.0 - last.0)).help(help))
}

fn out_of_place(step: Percent, before: Option<Percent>) -> String {
    match before {
        _ if step.0 > 100.0 => "more than all traffic".to_owned(),
        Some(before) => format!("not above the {} % before it", before.0),
        None => "no traffic at all".to_owned(),
    }
}
