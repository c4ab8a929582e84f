//! What the local engine is told by whoever runs it.

use std::ffi::OsString;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use towel_model::Reference;

use crate::Instance;

/// A future in a box, for traits that are used as objects.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the local engine works, and whom it asks.
#[derive(Clone)]
pub struct LocalSettings {
    /// The folder of `towel.yaml`.
    pub project: PathBuf,
    /// The folder of the engine's state, `.towel` beside `towel.yaml`.
    pub state: PathBuf,
    /// The command line that becomes a shim, up to its arguments: `[current_exe, "shim"]`.
    pub shim: Vec<OsString>,
    /// The supervisor's own environment variables, of which services get only `PATH`, `HOME`, `LANG`, `TZ` and
    /// `TMPDIR`.
    pub environment: Vec<(String, String)>,
    /// Gives values that the engine does not know itself.
    pub resolve: Arc<dyn Resolve>,
    /// Takes instances out of the gateway's table.
    pub drain: Arc<dyn Drain>,
    /// Seed of jitter and of the choice of ports.
    pub seed: u64,
}

/// Gives values to references that the engine does not know itself: secrets, fields of the environment,
/// other services' addresses, and datastores that it does not run.
///
/// It is asked at every start, so that a changed value is used by the next process.
pub trait Resolve: Send + Sync + 'static {
    /// The value of `reference` for `service`. `None` leaves the variable out (an optional secret without a
    /// value); an error says which reference has no value and what to do, in words for the user.
    fn resolve(&self, service: &str, reference: &Reference) -> Result<Option<String>, String>;
}

/// Ends the traffic of an instance before it is told to stop.
pub trait Drain: Send + Sync + 'static {
    /// Takes the instance out of the table and returns when none of its requests is in flight, or at the limit.
    fn drain<'a>(&'a self, instance: &'a Instance, limit: Duration) -> Boxed<'a, ()>;
}
