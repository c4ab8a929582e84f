//! A service declares a pool for something that it does not need.

use towel_model::{Service, Stack};
use towel_source::{Diagnostic, Spanned};

use crate::phrase::choice;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("pool-without-need", include_str!("pool-without-need.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        for (datastore, _) in &service.pool {
            if !service.needs.contains(datastore) {
                found.push(describe(stack, service, datastore));
            }
        }
    }
}

fn describe(stack: &Stack, service: &Service, pool: &Spanned<String>) -> Diagnostic {
    let found = RULE
        .found(format!("`{}` has a pool for `{pool}` but does not need it", service.name))
        .at(pool.span, "no `needs:` entry of that name");
    if stack.datastore(pool).is_some() {
        let needs = service.needs.iter().map(|need| need.as_str()).chain([pool.as_str()]);
        let written: Vec<_> = needs.collect();
        found.help(format!("write `needs: [{}]`, or remove the pool", written.join(", ")))
    } else {
        let needed = service.needs.iter().map(|need| need.as_str()).filter(|need| stack.datastore(need).is_some());
        let needed: Vec<_> = needed.collect();
        let known: Vec<_> = stack.datastores.iter().map(|datastore| datastore.name.as_str()).collect();
        choice(found, pool, if needed.is_empty() { known } else { needed })
            .help("write the name of a datastore that the service needs")
    }
}
