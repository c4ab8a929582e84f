//! Puts tables in force, and answers what the admin API asks.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustls::ServerConfig;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use crate::error::Refused;
use crate::evidence::report::Stats;
use crate::listen::{Listening, bind};
use crate::metrics::text;
use crate::plan::check::check;
use crate::plan::registry::Registry;
use crate::shared::{Phase, Shared};
use crate::state::{State, StateFile};
use crate::table::Table;
use crate::tls;
use crate::worker::Workers;

/// Where a listener of the table in force really listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// As it stands in the table.
    pub address: SocketAddr,
    /// With the port that the system chose, if the table says 0.
    pub bound: SocketAddr,
}

/// A table is in force for every request from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InForce {
    /// Of the table.
    pub generation: u64,
    /// Its listeners.
    pub listeners: Vec<Bound>,
    /// Why the table would be lost if the gateway died now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsaved: Option<String>,
}

/// The control side of the process.
#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) shared: Arc<Shared>,
    pub(crate) boot: u64,
    workers: Workers,
    connection_limit: usize,
    state_file: StateFile,
    /// The successor was given the table; a newer one would be lost.
    pub(crate) handing_over: AtomicBool,
    registry: Mutex<Registry>,
    /// Held while a table is put in force, so that tables do not mix.
    listeners: tokio::sync::Mutex<HashMap<SocketAddr, Listening>>,
}

impl Control {
    pub(crate) fn new(
        shared: Arc<Shared>,
        workers: Workers,
        state_file: StateFile,
        boot: u64,
        connection_limit: usize,
    ) -> Self {
        let registry = Mutex::new(Registry::new(shared.workers()));
        Self {
            shared,
            boot,
            workers,
            connection_limit,
            state_file,
            handing_over: AtomicBool::new(false),
            registry,
            listeners: tokio::sync::Mutex::default(),
        }
    }

    /// Puts a table in force, or leaves everything as it is and says why.
    pub(crate) async fn put(&self, table: Table) -> Result<InForce, Refused> {
        let mut listeners = self.listeners.lock().await;
        if self.shared.phase() != Phase::Serving || self.handing_over.load(Ordering::Acquire) {
            return Err(Refused::Ending);
        }
        self.check_generation(&table)?;
        check(&table)?;
        let certificates = load_certificates(&table)?;
        let mut new = bind_missing(&table, &listeners)?;
        // From here on nothing can fail. A full disk must not keep a rollback from happening.
        let unsaved = self.save(&table).await.err();
        listeners.extend(new.drain());
        for (address, listening) in listeners.iter() {
            listening.tls.store(certificates.get(address).cloned());
        }
        self.swap(table);
        let in_force = &self.shared.plan.load_full().table;
        let before = listeners.len();
        listeners.retain(|address, _| in_force.listeners.iter().any(|l| l.address == *address));
        if listeners.len() < before {
            self.shared.ring();
        }
        listeners.values_mut().for_each(|l| l.open(&self.shared, &self.workers, self.connection_limit));
        Ok(self.in_force(&listeners, unsaved))
    }

    fn check_generation(&self, table: &Table) -> Result<(), Refused> {
        let plan = self.shared.plan.load();
        let in_force = &plan.table;
        if table.generation < in_force.generation {
            return Err(Refused::Older { sent: table.generation, in_force: in_force.generation });
        }
        if table.generation == in_force.generation && table.generation > 0 && table != in_force {
            return Err(Refused::Same(table.generation));
        }
        Ok(())
    }

    async fn save(&self, table: &Table) -> Result<(), String> {
        let state = State { key: self.shared.key.clone(), table: Some(table.clone()) };
        let file = self.state_file.clone();
        // A slow disk must not keep connections from being accepted.
        let saved = tokio::task::spawn_blocking(move || file.save(&state)).await;
        let saved = saved.unwrap_or_else(|panicked| Err(std::io::Error::other(panicked)));
        saved.map_err(|e| format!("the table is not saved in `{}`: {e}", self.state_file.0.display()))
    }

    fn swap(&self, table: Table) {
        let mut registry = self.registry();
        let plan = registry.plan(table);
        self.shared.swap(Arc::new(plan));
        registry.forget();
    }

    fn in_force(&self, listeners: &HashMap<SocketAddr, Listening>, unsaved: Option<String>) -> InForce {
        let plan = self.shared.plan.load();
        let bound = |address| listeners.get(address).map_or(*address, Listening::bound);
        let listeners =
            plan.table.listeners.iter().map(|l| Bound { address: l.address, bound: bound(&l.address) }).collect();
        InForce { generation: plan.table.generation, listeners, unsaved }
    }

    pub(crate) fn registry(&self) -> MutexGuard<'_, Registry> {
        // What a panic interrupted is a count; the registry stays usable.
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn table(&self) -> Table {
        self.shared.plan.load().table.clone()
    }

    pub(crate) fn stats(&self) -> Stats {
        self.registry().stats(self.boot, &self.shared.plan.load())
    }

    pub(crate) fn metrics(&self) -> String {
        let registry = self.registry();
        let plan = self.shared.plan.load();
        let (process, connections) = (&self.shared.process, self.shared.connections());
        text::render(&text::Sources { process, registry: &registry, plan: &plan, connections })
    }

    /// What is in flight, by target.
    pub(crate) fn targets(&self) -> BTreeMap<String, u64> {
        let registry = self.registry();
        registry.in_flight().map(|(id, n)| (id.to_owned(), n as u64)).collect()
    }

    /// Waits until nothing is in flight to a target; at the limit, cuts what is left. Returns how
    /// much that was.
    pub(crate) async fn drain(&self, id: &str, limit: Duration) -> u64 {
        let targets = self.registry().named(id);
        let all_empty = async {
            for target in &targets {
                target.empty().await;
            }
        };
        tokio::pin!(all_empty);
        // Tunnels are closed in the last part of the time, so that the limit holds.
        let parting = (limit / 5).min(Duration::from_secs(3));
        if timeout(limit - parting, &mut all_empty).await.is_ok() {
            return 0;
        }
        targets.iter().for_each(|t| t.close_tunnels(parting / 2));
        if timeout(parting, &mut all_empty).await.is_ok() {
            return 0;
        }
        let left = targets.iter().map(|t| t.in_flight() as u64).sum();
        targets.iter().for_each(|t| t.cut());
        left
    }

    /// The listening sockets, to hand over.
    pub(crate) async fn sockets(&self) -> Vec<(SocketAddr, Arc<std::net::TcpListener>)> {
        let listeners = self.listeners.lock().await;
        listeners.iter().map(|(address, l)| (*address, Arc::clone(&l.socket))).collect()
    }

    /// Takes sockets over; the table that comes next finds them bound.
    pub(crate) async fn adopt(&self, sockets: Vec<(SocketAddr, std::net::TcpListener)>) -> std::io::Result<()> {
        let mut listeners = self.listeners.lock().await;
        for (address, socket) in sockets {
            listeners.insert(address, Listening::new(address, socket)?);
        }
        Ok(())
    }

    /// Stops accepting; what is under way goes on.
    pub(crate) async fn close_listeners(&self) {
        self.listeners.lock().await.clear();
    }
}

fn load_certificates(table: &Table) -> Result<HashMap<SocketAddr, Arc<ServerConfig>>, Refused> {
    let with_tls = table.listeners.iter().filter_map(|l| Some((l.address, l.tls.as_ref()?)));
    with_tls.map(|(address, files)| Ok((address, tls::load(address, files)?))).collect()
}

fn bind_missing(
    table: &Table,
    have: &HashMap<SocketAddr, Listening>,
) -> Result<HashMap<SocketAddr, Listening>, Refused> {
    let missing = table.listeners.iter().map(|l| l.address).filter(|a| !have.contains_key(a));
    missing
        .map(|address| {
            let listening = bind(address).and_then(|socket| Listening::new(address, socket));
            Ok((address, listening.map_err(|source| Refused::Listen { address, source })?))
        })
        .collect()
}
