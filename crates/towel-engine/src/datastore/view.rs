//! What is known of a datastore.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Binding;
use crate::{Exit, InstanceState};

/// A datastore as the engine sees it now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DatastoreView {
    /// Its name.
    pub name: String,
    /// What it is doing.
    pub state: InstanceState,
    /// Where it is, from the moment it is declared; none for a kind that cannot be run here.
    pub binding: Option<Binding>,
    /// Process id, where there is one.
    pub pid: Option<u32>,
    /// When its current process started.
    pub started: Option<Timestamp>,
    /// Times it was started again.
    pub restarts: u32,
    /// Last answer to a query in its own protocol, in words.
    pub last_answer: Option<String>,
    /// How its last process ended.
    pub last_exit: Option<Exit>,
}
