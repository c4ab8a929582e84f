//! An owner is no declared team.

use towel_model::Stack;
use towel_source::{Diagnostic, Spanned};

use crate::phrase::choice;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("unknown-team", include_str!("unknown-team.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let owners = stack.services.iter().filter_map(|service| service.owner.as_ref());
    for owner in stack.owner.iter().chain(owners) {
        if !stack.teams.iter().any(|team| team.name == *owner) {
            found.push(describe(stack, owner));
        }
    }
}

fn describe(stack: &Stack, owner: &Spanned<String>) -> Diagnostic {
    RULE.found(format!("owner `{owner}` is no team"))
        .at(owner.span, "not declared under `teams:`")
        .help(choice(owner, "team", stack.teams.iter().map(|team| team.name.as_str())))
        .help(format!("or declare it: `teams: {{ {owner}: {{ slack: \"#CHANNEL\" }} }}`"))
}
