//! Services may together open more connections than their datastore accepts.

use towel_model::{Datastore, Stack};
use towel_source::Diagnostic;

use crate::connections::{Capacity, Demands};
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::error("pool-exceeds-connections", include_str!("pool-exceeds-connections.md"), examine);

/// More places than these would bury the arithmetic.
const PLACES: usize = 4;

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for datastore in &stack.datastores {
        let Some(capacity) = Capacity::of(datastore) else { continue };
        let demands = Demands::on(datastore, stack);
        if demands.total() > capacity.usable() {
            found.push(describe(datastore, capacity, &demands));
        }
    }
}

fn describe(datastore: &Datastore, capacity: Capacity, demands: &Demands<'_>) -> Diagnostic {
    let (name, total, usable) = (&datastore.name, demands.total(), capacity.usable());
    let diagnostic =
        RULE.found(format!("services may open `{total}` connections to `{name}`, which accepts `{usable}`"));
    let mut diagnostic = match &datastore.max_connections {
        Some(limit) => diagnostic.at(limit.span, format!("accepts {usable}")),
        None => diagnostic.at(name.span, format!("accepts {usable} by default")),
    };
    for demand in demands.each.iter().take(PLACES) {
        diagnostic = diagnostic
            .also(demand.pool_span, format!("{} for each of at most {} instances", demand.pool, demand.most.total()));
    }
    diagnostic.note(demands.arithmetic()).note(capacity.arithmetic()).help(advice(capacity, demands))
}

fn advice(capacity: Capacity, demands: &Demands<'_>) -> String {
    let instances: u64 = demands.each.iter().map(|demand| demand.most.total()).sum();
    let raised = format!("set `max_connections` to at least {}", demands.total() + capacity.reserved);
    match capacity.usable().checked_div(instances) {
        Some(pool) if pool > 0 => format!("{raised}, or lower the pools to {pool} an instance"),
        _ => format!("{raised}, or lower the pools or the most replicas"),
    }
}
