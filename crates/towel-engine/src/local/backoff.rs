//! When an instance that ended is started again, and when that is a crash loop. Pure: time and
//! randomness come from outside.

use std::time::Duration;

/// Pause after the first end; it doubles with each further one.
const FIRST: Duration = Duration::from_millis(500);
/// Longest pause.
const LONGEST: Duration = Duration::from_secs(60);
/// An instance that was ready for so long is stable; its count begins anew.
const STABLE: Duration = Duration::from_secs(60);
/// Ends in a row without having been stable that make a crash loop.
const ENDS: u32 = 5;
/// Starts in a row that used up their whole start budget that make one, too.
const OVERDUE_STARTS: u32 = 3;

/// How one process of an instance went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Life {
    /// How long it had been ready, all in all.
    pub(crate) ready_for: Duration,
    /// Whether it was ended because it did not become ready in time.
    pub(crate) never_ready: bool,
}

/// What follows from an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pause {
    /// Until the next start.
    pub(crate) length: Duration,
    /// Whether this is a crash loop.
    pub(crate) crash_loop: bool,
    /// Ends in a row.
    pub(crate) row: u32,
}

/// The ends of one instance.
#[derive(Debug, Clone, Default)]
pub(crate) struct Backoff {
    row: u32,
    overdue_row: u32,
}

impl Backoff {
    /// Counts an end. `chance` is between 0 and 1 and spreads the pauses of instances that ended together.
    pub(crate) fn after(&mut self, life: Life, chance: f64) -> Pause {
        if life.ready_for >= STABLE {
            *self = Self::default();
        }
        self.row = self.row.saturating_add(1);
        self.overdue_row = if life.never_ready { self.overdue_row.saturating_add(1) } else { 0 };
        let doubled = FIRST.saturating_mul(1_u32.checked_shl(self.row - 1).unwrap_or(u32::MAX));
        let length = doubled.min(LONGEST).mul_f64(0.8 + 0.4 * chance).min(LONGEST);
        let crash_loop = self.row >= ENDS || self.overdue_row >= OVERDUE_STARTS;
        Pause { length, crash_loop, row: self.row }
    }
}

/// A small generator of chances (SplitMix64), seeded so that a test can repeat a run.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    /// Another sequence for each seed and name.
    pub(crate) fn new(seed: u64, name: &str) -> Self {
        // FNV-1a, so that two instances do not share their pauses.
        Self(
            name.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            }),
        )
    }

    /// Any number.
    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Between 0 and 1.
    pub(crate) fn share(&mut self) -> f64 {
        // 53 bits are what a double holds exactly.
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Life = Life { ready_for: Duration::from_secs(1), never_ready: false };
    const OVERDUE: Life = Life { ready_for: Duration::ZERO, never_ready: true };

    #[test]
    fn pauses_double_up_to_a_minute() {
        let mut backoff = Backoff::default();
        let pauses: Vec<u128> = (0..9).map(|_| backoff.after(SHORT, 0.5).length.as_millis()).collect();
        assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    }

    #[test]
    fn the_fifth_end_in_a_row_is_a_crash_loop() {
        let mut backoff = Backoff::default();
        let loops: Vec<bool> = (0..6).map(|_| backoff.after(SHORT, 0.5).crash_loop).collect();
        assert_eq!(loops, [false, false, false, false, true, true]);
    }

    #[test]
    fn three_starts_that_never_became_ready_are_one_too() {
        let mut backoff = Backoff::default();
        let loops: Vec<bool> = (0..3).map(|_| backoff.after(OVERDUE, 0.5).crash_loop).collect();
        assert_eq!(loops, [false, false, true]);
    }

    #[test]
    fn a_stable_minute_forgives_everything() {
        let mut backoff = Backoff::default();
        for _ in 0..10 {
            backoff.after(OVERDUE, 0.5);
        }
        let pause = backoff.after(Life { ready_for: STABLE, never_ready: false }, 0.5);
        assert_eq!(pause, Pause { length: FIRST, crash_loop: false, row: 1 });
    }

    #[test]
    fn chance_spreads_by_a_fifth_and_never_beyond_the_longest() {
        assert_eq!(Backoff::default().after(SHORT, 0.0).length.as_millis(), 400);
        assert_eq!(Backoff::default().after(SHORT, 1.0).length.as_millis(), 600);
        let mut backoff = Backoff { row: 90, overdue_row: 0 };
        assert_eq!(backoff.after(SHORT, 1.0).length, LONGEST);
    }

    #[test]
    fn chances_are_the_same_for_the_same_seed_and_differ_by_name() {
        let shares =
            |name| (0..100).map(|_| 0).scan(Chance::new(7, name), |chance, _| Some(chance.share())).collect::<Vec<_>>();
        assert_eq!(shares("a"), shares("a"));
        assert_ne!(shares("a"), shares("b"));
        let mean = shares("a").iter().sum::<f64>() / 100.0;
        assert!((0.3..0.7).contains(&mean), "{mean}");
    }
}
