//! An instance is killed while it still finishes its work.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("drain-outlasts-stop", include_str!("drain-outlasts-stop.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        let (drain, stop) = (&service.drain, &service.stop);
        if drain.value > stop.value {
            found.push(
                RULE.found(format!("`{}` is killed before its work is done", service.name))
                    .at(drain.span, "in-flight work may take this long")
                    .also(stop.span, "and then it is killed")
                    .note(format!(
                        "drain {} - stop {} = {} of work is cut off",
                        duration(drain.value),
                        duration(stop.value),
                        duration(drain.value - stop.value)
                    ))
                    .help(format!("set `stop` to at least `{}`, or shorten `drain`", duration(drain.value))),
            );
        }
    }
}
