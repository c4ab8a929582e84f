//! An even number of voting servers survives no more failures than one fewer.

use towel_model::{DatastoreKind, Stack};
use towel_source::Diagnostic;

use crate::phrase::counted;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("even-quorum", include_str!("even-quorum.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for datastore in &stack.datastores {
        let servers = datastore.replicas.value;
        let votes = matches!(*datastore.kind, DatastoreKind::Mongodb | DatastoreKind::Rabbitmq);
        if votes && servers > 0 && servers % 2 == 0 {
            found.push(
                RULE.found(format!("`{}` has an even number of voting servers", datastore.name))
                    .at(datastore.replicas.span, format!("survives {}", counted(survives(servers), "failure")))
                    .note(arithmetic(servers))
                    .help(format!("write `replicas: {}`", servers + 1)),
            );
        }
    }
}

/// How many may fail while a majority is left.
const fn survives(servers: u32) -> u64 {
    (servers - (servers / 2 + 1)) as u64
}

fn arithmetic(servers: u32) -> String {
    let line = |servers: u32| {
        let majority = servers / 2 + 1;
        format!(
            "  {}: majority {majority}, {servers} - {majority} = {} may fail",
            counted(u64::from(servers), "server"),
            survives(servers)
        )
    };
    format!(
        "a leader needs the votes of more than half:\n{}\n{}\n{}",
        line(servers - 1),
        line(servers),
        line(servers + 1)
    )
}
