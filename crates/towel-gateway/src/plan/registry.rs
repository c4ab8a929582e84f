//! What outlives tables: targets with their connections, counters, limiters.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::evidence::epochs::Epochs;
use crate::evidence::report::{BackendStats, Stats};
use crate::limit::Limiter;
use crate::metrics::backend::{BackendMetrics, VersionMetrics};
use crate::plan::Plan;
use crate::plan::backend::{Backend, Version};
use crate::plan::route::Routes;
use crate::split::dice;
use crate::table::{self, RateLimit, Table};
use crate::target::{Stage, Target};

/// How many versions of a backend keep their own metrics.
const VERSIONS: usize = 32;

/// Known targets and backends.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    workers: usize,
    targets: HashMap<String, Vec<Arc<Target>>>,
    backends: HashMap<String, Memory>,
}

/// What is remembered of a backend, also while no table has it.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    epochs: Epochs,
    pub(crate) metrics: Arc<BackendMetrics>,
    pub(crate) versions: Vec<Arc<VersionMetrics>>,
    limiter: Option<(RateLimit, Arc<Limiter>)>,
}

impl Registry {
    pub(crate) fn new(workers: usize) -> Self {
        Self { workers, ..Self::default() }
    }

    /// Makes a checked table ready for use.
    pub(crate) fn plan(&mut self, table: Table) -> Plan {
        let mut plan = Plan::default();
        for (name, told) in &table.backends {
            plan.backends.insert(name.clone(), Arc::new(self.backend(name, told)));
        }
        for listener in &table.listeners {
            let mut routes = Routes::default();
            for route in &listener.routes {
                let backend = Arc::clone(&plan.backends[&route.backend]);
                routes.add(route.host.as_deref(), &route.path, backend);
            }
            plan.listeners.insert(listener.address, routes);
        }
        plan.table = table;
        plan
    }

    fn backend(&mut self, name: &str, told: &table::Backend) -> Backend {
        let targets: Vec<Vec<_>> =
            told.versions.iter().map(|v| v.targets.iter().map(|t| self.target(t)).collect()).collect();
        let workers = self.workers;
        let memory = self.backends.entry(name.to_owned()).or_default();
        let limiter = told.rate_limit.map(|limit| memory.limiter(limit));
        let epoch = memory.epochs.open(told.epoch);
        let scars = Arc::clone(&epoch.scars);
        let tallies: Vec<_> = told.versions.iter().map(|v| epoch.tally(&v.label, workers)).collect();
        let versions: Vec<_> = told
            .versions
            .iter()
            .zip(targets)
            .zip(tallies)
            .map(|((told, targets), tally)| Version {
                label: told.label.clone(),
                weight: told.weight,
                salt: dice::hash(1, told.label.as_bytes()),
                targets,
                tally,
                metrics: memory.version(&told.label, workers),
            })
            .collect();
        Backend {
            name: name.to_owned(),
            split_as_told: versions.iter().all(|v| v.weight == 0 || !v.targets.is_empty()),
            versions,
            cookie: told.sticky.then(|| format!("towel-{name}")),
            limiter,
            hold: Duration::from_millis(told.hold_ms),
            timeout: Duration::from_millis(told.timeout_ms),
            scars,
            metrics: Arc::clone(&memory.metrics),
        }
    }

    /// The target as it is known, or a new one: an id that came back at another address, or after
    /// it was cut, names another instance.
    fn target(&mut self, told: &table::Target) -> Arc<Target> {
        let known = self.targets.entry(told.id.clone()).or_default();
        if let Some(same) = known.iter().find(|t| t.address == told.address && t.stage() == Stage::Open) {
            return Arc::clone(same);
        }
        let new = Arc::new(Target::new(&told.id, told.address, self.workers));
        known.push(Arc::clone(&new));
        new
    }

    /// Forgets targets that no plan has and nothing is under way to.
    pub(crate) fn forget(&mut self) {
        for known in self.targets.values_mut() {
            known.retain(|t| Arc::strong_count(t) > 1 || t.in_flight() > 0);
        }
        self.targets.retain(|_, known| !known.is_empty());
    }

    /// Every target with this id.
    pub(crate) fn named(&self, id: &str) -> Vec<Arc<Target>> {
        self.targets.get(id).cloned().unwrap_or_default()
    }

    /// What is in flight, by target id.
    pub(crate) fn in_flight(&self) -> impl Iterator<Item = (&str, usize)> {
        self.targets.iter().map(|(id, known)| (id.as_str(), known.iter().map(|t| t.in_flight()).sum()))
    }

    pub(crate) fn memories(&self) -> impl Iterator<Item = (&str, &Memory)> {
        self.backends.iter().map(|(name, memory)| (name.as_str(), memory))
    }

    pub(crate) fn stats(&self, boot: u64, plan: &Plan) -> Stats {
        let in_flight = |name: &str| {
            let versions = plan.backends.get(name).map_or(&[][..], |b| &b.versions);
            versions.iter().flat_map(|v| &v.targets).map(|t| t.in_flight() as u64).sum()
        };
        let backends = self
            .backends
            .iter()
            .map(|(name, m)| (name.clone(), BackendStats::of(&m.epochs, in_flight(name), m.metrics.held())))
            .collect();
        Stats { boot, generation: plan.table.generation, backends }
    }
}

impl Memory {
    fn limiter(&mut self, limit: RateLimit) -> Arc<Limiter> {
        match &self.limiter {
            Some((same, limiter)) if *same == limit => Arc::clone(limiter),
            _ => {
                let limiter = Arc::new(Limiter::new(limit));
                self.limiter = Some((limit, Arc::clone(&limiter)));
                limiter
            }
        }
    }

    fn version(&mut self, label: &str, workers: usize) -> Arc<VersionMetrics> {
        if let Some(same) = self.versions.iter().find(|v| v.label == label) {
            return Arc::clone(same);
        }
        if self.versions.len() == VERSIONS {
            self.versions.remove(0);
        }
        let new = Arc::new(VersionMetrics::new(label, workers));
        self.versions.push(Arc::clone(&new));
        new
    }
}
