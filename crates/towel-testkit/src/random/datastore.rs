//! A datastore of any kind.

use std::fmt::Write;

use proptest::prelude::*;

/// A datastore of any kind.
#[derive(Debug, Clone)]
pub(super) struct Datastore {
    kind: (&'static str, &'static str),
    storage: u32,
    managed: bool,
    limit: bool,
    replicas: bool,
    drill: bool,
}

const KINDS: [(&str, &str); 7] = [
    ("postgres", "16"),
    ("mysql", "8.4"),
    ("mariadb", "11.4"),
    ("mongodb", "7.0"),
    ("redis", "7.4"),
    ("rabbitmq", "4.0"),
    ("s3", ""),
];

pub(super) fn some() -> impl Strategy<Value = Datastore> {
    (prop::sample::select(KINDS.to_vec()), 1..50u32, prop::array::uniform4(prop::bool::weighted(0.3))).prop_map(
        |(kind, storage, [managed, limit, replicas, drill])| Datastore {
            kind,
            storage,
            managed,
            limit,
            replicas,
            drill,
        },
    )
}

impl Datastore {
    pub(super) fn name(place: usize) -> String {
        format!("d{place}")
    }

    pub(super) fn text(&self, place: usize) -> String {
        let (kind, version) = self.kind;
        let mut out = format!("  {}:\n    kind: {kind}\n", Self::name(place));
        if !version.is_empty() {
            writeln!(out, "    version: \"{version}\"").expect("a String takes everything");
        }
        writeln!(out, "    storage: {}Gi", self.storage).expect("a String takes everything");
        if self.managed && matches!(kind, "postgres" | "mysql" | "mariadb" | "redis" | "s3") {
            writeln!(
                out,
                "    managed: {{ by: aws, region: us-east-1, replicate_to: eu-west-1, multi_az: true, snapshots: 30d }}"
            )
            .expect("a String takes everything");
        }
        if self.limit && matches!(kind, "postgres" | "mysql" | "mariadb" | "mongodb") {
            out.push_str("    max_connections: 900\n");
        }
        if self.replicas && kind == "mongodb" {
            out.push_str("    replicas: 3\n");
        }
        let rto = if self.drill { ", rto: 1h, drill: weekly" } else { ", drill: monthly" };
        writeln!(
            out,
            "    backup: {{ every: 4h, keep: {{ daily: 7, weekly: 4 }}, to: [nearby, offsite], rpo: 6h{rto} }}"
        )
        .expect("a String takes everything");
        out
    }
}
