//! Lets a request wait while its backend has no target.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use tokio::time::Instant;

use super::client::{Client, ClientFault};
use super::deadline::Deadline;
use super::fetch::Unanswered;
use super::order::Order;
use crate::refusal::Refusal;
use crate::shared::{Shared, Worker};
use std::time::Duration;

/// Waits until a plan gives the backend a target.
pub(crate) async fn hold<C: Client>(
    order: &mut Order,
    client: &mut C,
    deadline: &mut Deadline,
    worker: &Worker,
) -> Result<(), Unanswered> {
    let mut swaps = worker.shared.swaps();
    order.renew(&worker.shared).map_err(Unanswered::Refused)?;
    if order.has_target() {
        return Ok(());
    }
    let until = order.began + order.backend.hold;
    if order.backend.hold.is_zero() || Instant::now() >= until {
        return Err(nobody(order));
    }
    let Some(_place) = worker.shared.waiting_place() else {
        return Err(nobody(order));
    };
    let metrics = std::sync::Arc::clone(&order.backend.metrics);
    let _held = metrics.hold();
    deadline.set(until);
    while !order.has_target() {
        let mut swapped = pin!(swaps.changed());
        let woken = poll_fn(|cx| {
            if swapped.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Ok(true));
            }
            if client.body_is_done() && client.poll_gone(cx).is_ready() {
                return Poll::Ready(Err(Unanswered::Client(ClientFault::Gone)));
            }
            deadline.poll_over(cx).map(|()| Ok(false))
        });
        if !woken.await? {
            return Err(nobody(order));
        }
        order.renew(&worker.shared).map_err(Unanswered::Refused)?;
    }
    Ok(())
}

fn nobody(order: &Order) -> Unanswered {
    let reason = format!("no instance of `{}` is ready", order.backend.name);
    Unanswered::Refused(Refusal::new(503, reason).retry_after(Duration::from_secs(1)))
}

impl Order {
    /// Takes the backend from the plan in force.
    pub(crate) fn renew(&mut self, shared: &Shared) -> Result<(), Refusal> {
        self.plan = shared.number();
        let plan = shared.plan.load();
        match plan.backends.get(&self.backend.name) {
            Some(backend) => {
                self.backend = std::sync::Arc::clone(backend);
                Ok(())
            }
            None => Err(Refusal::new(503, format!("`{}` is not served any more", self.backend.name))),
        }
    }

    fn has_target(&self) -> bool {
        self.backend.versions.iter().any(|v| v.weight > 0 && !v.targets.is_empty())
    }
}
