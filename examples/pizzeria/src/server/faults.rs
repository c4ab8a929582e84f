//! Faults on request: what a bad version does to its users.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::log::{Level, log};

/// How a service misbehaves; by default not at all. Health and metrics are spared, except where told.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faults {
    /// Share of requests answered 500, from 0 to 1.
    pub error_rate: f64,
    /// Added to every answer.
    pub latency: Duration,
    /// Everything but liveness is answered 503 for so long after the start.
    pub slow_start: Duration,
    /// Readiness is answered 503 for ever.
    pub never_ready: bool,
    /// The process ends, without a word, at this request.
    pub crash_after: Option<u64>,
    /// SIGTERM is not heard.
    pub ignore_sigterm: bool,
    /// So many bytes are kept for ever with each request.
    pub leak: u64,
    /// A line is added to this file for each answer spoilt on purpose: milliseconds since 1970, version, request.
    pub record: Option<PathBuf>,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Serve,
    Fail,
    Crash,
}

/// Faults at work.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    requests: AtomicU64,
    leaked: Mutex<Vec<Vec<u8>>>,
}

impl Trouble {
    /// Decides over the next request, and leaks for it.
    pub(super) fn decide(&self, faults: &Faults) -> Fate {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        if faults.leak > 0 {
            // Written with ones: untouched zero pages would not count as memory in use.
            let kept = vec![1; usize::try_from(faults.leak).unwrap_or(usize::MAX)];
            self.leaked.lock().expect("pushing does not panic").push(kept);
        }
        if faults.crash_after.is_some_and(|limit| number > limit) {
            return Fate::Crash;
        }
        if share_of(number) < faults.error_rate { Fate::Fail } else { Fate::Serve }
    }
}

impl Faults {
    /// Notes an answer that was spoilt on purpose, for those who want to know when the last one was.
    pub(super) fn note(&self, version: &str, request: &str) {
        log(Level::Error, &format!("{request} answered 500: {version} is broken on purpose"));
        if let Some(path) = &self.record
            && let Err(error) = append(path, version, request)
        {
            log(Level::Error, &format!("cannot write `{}`: {error}", path.display()));
        }
    }
}

fn append(path: &Path, version: &str, request: &str) -> std::io::Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    // One write, so that lines of several instances do not mix.
    file.write_all(format!("{now} {version} {request}\n").as_bytes())
}

/// A number from 0 to 1 for each request, spread evenly and the same in every run (the splitmix64 mixer).
fn share_of(number: u64) -> f64 {
    let mut mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(error_rate: f64) -> usize {
        let (trouble, faults) = (Trouble::default(), Faults { error_rate, ..Faults::default() });
        (0..10_000).filter(|_| trouble.decide(&faults) == Fate::Fail).count()
    }

    #[test]
    fn the_error_rate_is_the_share_of_failed_requests() {
        assert_eq!(failures(0.0), 0);
        assert_eq!(failures(1.0), 10_000);
        assert!((4_800..5_200).contains(&failures(0.5)), "{}", failures(0.5));
        assert!((50..150).contains(&failures(0.01)), "{}", failures(0.01));
    }

    #[test]
    fn a_crash_comes_after_that_many_requests() {
        let (trouble, faults) = (Trouble::default(), Faults { crash_after: Some(2), ..Faults::default() });
        let fates: Vec<_> = (0..3).map(|_| trouble.decide(&faults)).collect();
        assert_eq!(fates, [Fate::Serve, Fate::Serve, Fate::Crash]);
    }

    #[test]
    fn a_leak_keeps_that_many_bytes_with_each_request() {
        let (trouble, faults) = (Trouble::default(), Faults { leak: 1000, ..Faults::default() });
        for _ in 0..3 {
            trouble.decide(&faults);
        }
        assert_eq!(trouble.leaked.lock().unwrap().iter().map(Vec::len).sum::<usize>(), 3000);
    }
}
