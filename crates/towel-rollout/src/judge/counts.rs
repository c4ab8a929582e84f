//! Counted requests, in sum and since the look before.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// Counted requests of one cohort.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// All of them.
    pub requests: u64,
    /// Answered 5xx, not answered, or timed out.
    pub bad: u64,
    /// Answered well, but slower than allowed.
    pub slow: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.bad += other.bad;
        self.slow += other.slow;
    }
}

/// What came in since the look before, under one split.
///
/// Bad events under the same split are exchangeable: the test's products do not depend on their
/// order, so counts per split and cohort lose nothing against a list of single requests.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Delta {
    /// The probability with which a request was routed to the canary.
    pub weight: f64,
    /// What stable answered.
    pub stable: Tally,
    /// What the canary answered.
    pub canary: Tally,
}
