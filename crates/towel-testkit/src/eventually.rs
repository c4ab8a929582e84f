//! Waits for what must come true, with a limit so generous that only a fault reaches it.

use std::thread;
use std::time::{Duration, Instant};

/// How long a condition is waited for.
pub const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

/// Returns once `condition` holds. Blocks the thread: in an async test, poll within the runtime instead.
///
/// # Panics
/// When it still does not hold after [`PATIENCE`]; `what` completes the sentence `never came true: …`.
#[track_caller]
pub fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    eventually_some(what, || condition().then_some(()));
}

/// Returns what `look` finds, as soon as it finds something.
///
/// # Panics
/// When it has found nothing after [`PATIENCE`].
#[track_caller]
pub fn eventually_some<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    match within(PATIENCE, look) {
        Some(found) => found,
        None => panic!("never came true within {PATIENCE:?}: {what}"),
    }
}

/// What `look` finds within the limit.
#[expect(clippy::disallowed_methods, reason = "it waits for other processes, whose time cannot be paused")]
pub(crate) fn within<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if began.elapsed() > limit {
            return None;
        }
        thread::sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_until_it_finds_something() {
        let mut looks = 0;
        let found = eventually_some("three looks", || {
            looks += 1;
            (looks == 3).then_some(looks)
        });
        assert_eq!(found, 3);
    }

    #[test]
    fn it_gives_up_in_the_end() {
        assert_eq!(within(Duration::from_millis(1), || None::<()>), None);
    }
}
