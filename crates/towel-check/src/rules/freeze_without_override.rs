//! Nothing lets an urgent repair through a freeze.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("freeze-without-override", include_str!("freeze-without-override.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for freeze in stack.freezes.iter().filter(|freeze| freeze.override_word.is_none()) {
        found.push(
            RULE.found(format!("no word lets an urgent deploy through `{}`", freeze.name))
                .at(freeze.name.span, "")
                .note("a repair during the freeze would need a change of this file first, in a hurry and unrecorded")
                .help("add `override: DEPLOY`; whoever uses it is recorded"),
        );
    }
}
