//! Services may use more than four fifths of a datastore's connections.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::connections::{Capacity, Demands};
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("pools-leave-no-headroom", include_str!("pools-leave-no-headroom.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for datastore in &stack.datastores {
        let Some(capacity) = Capacity::of(datastore) else { continue };
        let demands = Demands::on(datastore, stack);
        let (total, usable) = (demands.total(), capacity.usable());
        // Above `usable` it is an error, and `pool-exceeds-connections` says so.
        if total > usable || total * 5 <= usable * 4 {
            continue;
        }
        let span = datastore.max_connections.as_ref().map_or(datastore.name.span, |limit| limit.span);
        let share = total * 100 / usable;
        found.push(
            RULE.found(format!("services may open {share} % of the connections that `{}` accepts", datastore.name))
                .at(span, format!("{total} of {usable}"))
                .note(demands.arithmetic())
                .note(capacity.arithmetic())
                .note(format!("80 % of {usable} = {}; migrations, backups and consoles need the rest", usable * 4 / 5))
                .help(format!(
                    "set `max_connections` to at least {}, or lower the pools",
                    (total * 5).div_ceil(4) + capacity.reserved
                )),
        );
    }
}
