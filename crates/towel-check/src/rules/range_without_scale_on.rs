//! The number of instances may vary, but nothing says when.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("range-without-scale-on", include_str!("range-without-scale-on.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        let (least, most) = (service.replicas.min, service.replicas.max);
        let silent = service.scale_on.as_ref().is_none_or(|scale| scale.cpu.is_none() && scale.memory.is_none());
        if least < most && silent {
            found.push(
                RULE.found(format!("nothing says when `{}` grows from `{least}` to `{most}` instances", service.name))
                    .at(service.replicas.span, format!("stays at {least} for ever"))
                    .help("add `scale_on: { cpu: 70% }`, or write one number"),
            );
        }
    }
}
