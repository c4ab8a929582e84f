//! A service and a datastore share a name.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("name-taken-twice", include_str!("name-taken-twice.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        if let Some(datastore) = stack.datastore(&service.name) {
            found.push(
                RULE.found(format!("`{}` is a service and a datastore", service.name))
                    .at(datastore.name.span, "a datastore of that name")
                    .also(service.name.span, "a service of that name")
                    .note(format!("`needs: [{0}]` and `${{{0}.url}}` could mean either", service.name))
                    .help("give one of them another name"),
            );
        }
    }
}
