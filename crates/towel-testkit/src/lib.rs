//! For tests only: project builder, output scrubber, waiting for conditions.

mod eventually;
mod project;
pub mod random;
mod scrub;

pub use eventually::{PATIENCE, eventually, eventually_some};
pub use project::{Output, Project};
pub use scrub::Scrubber;
