//! A data plane for tests: simulated requests whose outcomes follow a seed.

mod fate;
mod random;
mod traffic;

pub use fate::Fate;
pub use random::Random;
pub use traffic::{FakeTraffic, TrafficCall};
