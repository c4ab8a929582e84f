//! A time limit that is moved for every request and costs next to nothing.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// One timer per connection. It is only touched when it must ring earlier than it is set to;
/// when it rings too early it is set anew.
#[derive(Debug)]
pub(crate) struct Deadline {
    due: Instant,
    set_to: Instant,
    sleep: Pin<Box<Sleep>>,
}

impl Deadline {
    pub(crate) fn after(now: Instant, time: Duration) -> Self {
        let due = now + time;
        Self { due, set_to: due, sleep: Box::pin(sleep_until(due)) }
    }

    pub(crate) fn set(&mut self, due: Instant) {
        self.due = due;
        if due < self.set_to {
            self.set_to = due;
            self.sleep.as_mut().reset(due);
        }
    }

    /// Moves it forward, never back.
    pub(crate) fn shorten(&mut self, due: Instant) {
        self.set(self.due.min(due));
    }

    /// Ready when the time is over.
    pub(crate) fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.sleep.as_mut().poll(cx));
            if self.set_to >= self.due {
                return Poll::Ready(());
            }
            self.set_to = self.due;
            self.sleep.as_mut().reset(self.due);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;

    #[tokio::test(start_paused = true)]
    async fn a_limit_may_be_moved_both_ways() {
        let start = Instant::now();
        let second = Duration::from_secs(1);
        let mut deadline = Deadline::after(start, second);
        deadline.set(start + 5 * second);
        poll_fn(|cx| deadline.poll_over(cx)).await;
        assert!(start.elapsed() >= 5 * second);
        deadline.set(start + 60 * second);
        deadline.set(start + 7 * second);
        poll_fn(|cx| deadline.poll_over(cx)).await;
        assert!(start.elapsed() >= 7 * second && start.elapsed() < 8 * second);
    }
}
