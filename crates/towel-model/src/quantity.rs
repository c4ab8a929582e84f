//! Quantities as people write them: sizes, CPU, percentages, rates and ranges.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Bytes. `256Mi` is 256·2²⁰, `20G` is 20·10⁹.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Size(pub u64);

/// Thousandths of a core. `250m` is 250, `2` is 2000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Cpu(pub u32);

/// Parts of a hundred. `99.9%` is 99.9.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Percent(pub f64);

impl Percent {
    /// As a share of one: `99.9%` is 0.999.
    pub fn share(self) -> f64 {
        self.0 / 100.0
    }
}

/// So many in a time. `100/s`, `1000/min`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// How many.
    pub count: f64,
    /// In how long.
    pub per: Duration,
}

impl Rate {
    /// How many in a second.
    pub fn per_second(self) -> f64 {
        self.count / self.per.as_secs_f64()
    }
}

/// `3..10`; one number `3` is `3..3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Range<T> {
    /// The lower end: request, or least replicas.
    pub min: T,
    /// The upper end, included: limit, or most replicas.
    pub max: T,
}
