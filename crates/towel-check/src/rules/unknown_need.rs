//! A service needs something that the file does not declare.

use std::collections::HashSet;

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::phrase::choice;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("unknown-need", include_str!("unknown-need.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let known: HashSet<&str> = declared(stack).collect();
    for service in &stack.services {
        for need in service.needs.iter().filter(|need| !known.contains(need.as_str())) {
            let others = declared(stack).filter(|name| *name != service.name.as_str());
            let message = format!("`{}` needs `{need}`, which is no service and no datastore", service.name);
            found.push(choice(RULE.found(message).at(need.span, "not declared"), need, others));
        }
    }
}

fn declared(stack: &Stack) -> impl Iterator<Item = &str> {
    let services = stack.services.iter().map(|service| service.name.as_str());
    services.chain(stack.datastores.iter().map(|datastore| datastore.name.as_str()))
}
