//! Idle connections of one worker to one target, the last used first.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::exchange::link::Link;
use crate::settings::POOL_LIMIT;

/// After so long without a request, the next one is not expected at once.
const SHORT_IDLE: Duration = Duration::from_secs(1);

/// Only its worker uses it, so the lock is never waited for; it is there for the janitor of a
/// target that another thread drops.
#[derive(Debug, Default)]
pub(crate) struct Pool(Mutex<Vec<Idle>>);

#[derive(Debug)]
struct Idle {
    link: Link,
    since: Instant,
    until: Instant,
}

impl Pool {
    /// The connection that was used last, if it is still good and not older than `fresh`.
    pub(crate) fn take(&self, now: Instant, fresh: Duration) -> Option<Link> {
        let mut idle = self.lock();
        while let Some(last) = idle.pop() {
            if now >= last.until || now.duration_since(last.since) > fresh {
                // Those below it have been idle for longer still.
                idle.clear();
                return None;
            }
            if last.link.is_quiet() {
                return Some(last.link);
            }
        }
        None
    }

    /// Keeps a connection for later requests.
    pub(crate) fn give(&self, link: Link, now: Instant) {
        let mut idle = self.lock();
        if idle.len() < POOL_LIMIT {
            let until = now + link.keep;
            idle.push(Idle { link, since: now, until });
        }
    }

    /// Closes what is too old or was closed by the target; the rest gives back its memory.
    pub(crate) fn sweep(&self, now: Instant) {
        self.lock().retain_mut(|i| {
            let keeps = now < i.until && i.link.is_quiet();
            if keeps && now.duration_since(i.since) >= SHORT_IDLE {
                i.link.release_buffers();
            }
            keeps
        });
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Idle>> {
        // A panic between two statements here cannot leave half a connection.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
