//! How many instances of a service run at the same time, at most.

use std::fmt;

use towel_model::{Service, Strategy};

/// The most instances of a service at one moment: while a new version is shipped under full load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Most {
    /// The upper end of `replicas`.
    pub(crate) replicas: u32,
    /// Those added while shipping.
    pub(crate) surge: u32,
}

impl Most {
    pub(crate) fn of(service: &Service) -> Self {
        let surge = match *service.rollout.strategy {
            // The old instances are gone before the new ones start.
            Strategy::Recreate => 0,
            // Without any, nothing could start beside the old version; one is always granted.
            Strategy::Canary | Strategy::Rolling => service.rollout.surge.value.max(1),
        };
        Self { replicas: service.replicas.max, surge }
    }

    pub(crate) fn total(self) -> u64 {
        u64::from(self.replicas) + u64::from(self.surge)
    }
}

/// `10`, or `(10 + 1)` with the surge.
impl fmt::Display for Most {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.surge == 0 { write!(f, "{}", self.replicas) } else { write!(f, "({} + {})", self.replicas, self.surge) }
    }
}
