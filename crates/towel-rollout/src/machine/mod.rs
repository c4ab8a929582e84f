//! The rollout as a pure machine: what to do next, why it waits, and how it ends.

mod advance;
mod cause;
mod effect;
mod moves;
mod next;
mod plan;
mod state;
mod step;
#[cfg(test)]
mod tests;
mod view;
mod wait;
mod watch;

pub use cause::{Cause, CauseKind};
pub use effect::{Effect, Fault, Side};
pub use next::{Next, next};
pub use plan::{Kind, Plan, Version, Way};
pub use state::{Ending, Outcome, Retry, Stage, State, Unsure};
pub use step::{Event, Order, step};
pub use view::{Group, Sight, View};
pub use wait::Wait;
pub(crate) use wait::instances;
