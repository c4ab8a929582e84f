//! The place of one service's rollout: at most one runs, at most one waits.

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::RolloutStatus;
use crate::journal::RolloutId;
use crate::machine::Order;

/// The place of one service's rollout.
pub(super) struct Slot {
    pub(super) running: RolloutId,
    pub(super) waiting: Option<RolloutId>,
    pub(super) orders: mpsc::UnboundedSender<Order>,
    pub(super) status: watch::Receiver<Option<RolloutStatus>>,
    pub(super) task: Option<JoinHandle<()>>,
}

impl Slot {
    /// Sends an order to the rollout that runs. One that has just ended needs none.
    pub(super) fn order(&self, order: Order) {
        let _ended = self.orders.send(order).is_err();
    }

    pub(super) fn stop(&self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}
