//! The gateway that this one took over from, while it ends what it began.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::admin::client::Admin;

/// Known once the sockets were taken over; unreachable once it has ended.
#[derive(Debug, Clone, Default)]
pub(crate) struct Predecessor(Arc<OnceLock<Admin>>);

impl Predecessor {
    /// Says where it answers from now on.
    pub(crate) fn answers_on(&self, socket: PathBuf) {
        self.0.get_or_init(|| Admin::new(socket));
    }

    /// What is in flight there, by target.
    pub(crate) async fn targets(&self) -> BTreeMap<String, u64> {
        match self.0.get() {
            // Not reachable: it has ended, and nothing is in flight there.
            Some(admin) => admin.targets().await.unwrap_or_default(),
            None => BTreeMap::new(),
        }
    }

    /// Has it drain a target, too. Returns how much it had to cut.
    pub(crate) async fn drain(&self, target: &str, limit: Duration) -> u64 {
        match self.0.get() {
            Some(admin) => admin.drain(target, limit).await.map_or(0, |drained| drained.cut),
            None => 0,
        }
    }
}
