//! A service needs something that the file does not declare.

use std::collections::HashSet;

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::phrase::choice;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("unknown-need", include_str!("unknown-need.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let known: HashSet<&str> = declared(stack).collect();
    for client in &stack.clients {
        let services = stack.services.iter().map(|service| service.name.as_str());
        for need in client.needs.iter().filter(|need| stack.service(need).is_none()) {
            let message = format!("client `{}` needs `{need}`, which is no service", client.name);
            let fault = RULE.found(message);
            found.push(if stack.datastore(need).is_some() {
                fault
                    .at(need.span, "no device reaches a datastore")
                    .help("let it need the service that answers for this datastore")
            } else {
                choice(fault.at(need.span, "not declared"), need, services.clone())
            });
        }
    }
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
