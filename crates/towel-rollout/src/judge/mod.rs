//! Judges a canary against the stable release, by a test that is valid whenever one looks.

mod absolute;
mod bounds;
mod canary;
mod counts;
mod explanation;
mod gate;
mod histogram;
mod latency;
mod ledger;
mod mixture;
mod relative;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
mod verdict;

pub use bounds::{wilson_lower, wilson_upper};
pub use canary::{Judge, Names};
pub use counts::{Delta, Tally};
pub use explanation::Explanation;
pub use latency::{Latency, LatencySource, quantile};
pub use ledger::Ledger;
pub(crate) use ledger::totals;
pub use verdict::Verdict;
