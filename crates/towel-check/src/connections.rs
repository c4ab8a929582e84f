//! How many connections services may open to a datastore, and how many it accepts.

use towel_model::{Datastore, DatastoreKind, Stack};
use towel_source::Span;

use crate::instances::Most;

/// What a datastore accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Capacity {
    /// `max_connections`, or the server's own default.
    pub(crate) limit: u64,
    /// Kept by the server for its administrators.
    pub(crate) reserved: u64,
    /// Whether the limit is the server's default.
    pub(crate) by_default: bool,
}

impl Capacity {
    /// None when the server knows no limit and the file gives none.
    pub(crate) fn of(datastore: &Datastore) -> Option<Self> {
        let given = datastore.max_connections.as_ref().map(|limit| u64::from(limit.value));
        let limit = given.or(server_default(*datastore.kind))?;
        // PostgreSQL's superuser_reserved_connections; MySQL keeps its one beyond max_connections.
        let reserved = if *datastore.kind == DatastoreKind::Postgres { 3 } else { 0 };
        Some(Self { limit, reserved, by_default: given.is_none() })
    }

    pub(crate) fn usable(self) -> u64 {
        self.limit.saturating_sub(self.reserved)
    }

    /// `` `max_connections` 100 (the server's default) - 3 reserved for superusers = 97 ``
    pub(crate) fn arithmetic(self) -> String {
        let origin = if self.by_default { " (the server's default)" } else { "" };
        match self.reserved {
            0 => format!("`max_connections` = {}{origin}", self.limit),
            reserved => format!(
                "`max_connections` {}{origin} - {reserved} reserved for superusers = {}",
                self.limit,
                self.usable()
            ),
        }
    }
}

const fn server_default(kind: DatastoreKind) -> Option<u64> {
    match kind {
        DatastoreKind::Postgres => Some(100),
        DatastoreKind::Mysql | DatastoreKind::Mariadb => Some(151),
        DatastoreKind::Redis => Some(10_000),
        DatastoreKind::Mongodb | DatastoreKind::Rabbitmq | DatastoreKind::S3 => None,
    }
}

/// What one service may open.
pub(crate) struct Demand<'a> {
    pub(crate) service: &'a str,
    pub(crate) pool: u32,
    pub(crate) pool_span: Span,
    pub(crate) most: Most,
}

impl Demand<'_> {
    pub(crate) fn total(&self) -> u64 {
        u64::from(self.pool) * self.most.total()
    }
}

/// What all services may open to one datastore, the largest demand first.
pub(crate) struct Demands<'a> {
    pub(crate) each: Vec<Demand<'a>>,
}

/// More than these are summed up in one line.
const LINES: usize = 8;

impl<'a> Demands<'a> {
    pub(crate) fn on(datastore: &Datastore, stack: &'a Stack) -> Self {
        let mut each: Vec<_> = stack
            .services
            .iter()
            .flat_map(|service| service.pool.iter().map(move |pool| (service, pool)))
            .filter(|(_, (name, _))| name.value == datastore.name.value)
            .map(|(service, (_, pool))| Demand {
                service: service.name.as_str(),
                pool: pool.value,
                pool_span: pool.span,
                most: Most::of(service),
            })
            .collect();
        each.sort_by_key(|demand| std::cmp::Reverse(demand.total()));
        Self { each }
    }

    pub(crate) fn total(&self) -> u64 {
        self.each.iter().map(Demand::total).sum()
    }

    /// A line for each service and one for the sum: pool × (most replicas + surge).
    pub(crate) fn arithmetic(&self) -> String {
        let shown = &self.each[..self.each.len().min(LINES)];
        let width = shown.iter().map(|demand| demand.service.len()).max().unwrap_or(0) + 2;
        let mut lines = vec!["pool × (most replicas + surge) of each service:".to_owned()];
        for demand in shown {
            let name = format!("`{}`", demand.service);
            lines.push(format!("  {name:width$}  {} × {} = {}", demand.pool, demand.most, demand.total()));
        }
        if self.each.len() > LINES {
            let rest: u64 = self.each[LINES..].iter().map(Demand::total).sum();
            lines.push(format!("  {} more services = {rest}", self.each.len() - LINES));
        }
        if self.each.len() > 1 {
            lines.push(format!("  together = {}", self.total()));
        }
        lines.join("\n")
    }
}
