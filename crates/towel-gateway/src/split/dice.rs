//! Fast random numbers for splitting; never for keys.

use std::cell::Cell;

/// A generator (SplitMix64), seeded so that tests repeat.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    #[cfg(test)]
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number below `bound`, which must not be 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        // The high half of a 128-bit product is even to within bound / 2^64.
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }
}

/// The finalizer of SplitMix64: every bit of the input changes half of the output.
pub(crate) fn mix(value: u64) -> u64 {
    let mut z = value;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A stable hash of bytes; the same in every process, so that cohorts survive a restart.
pub(crate) fn hash(seed: u64, bytes: &[u8]) -> u64 {
    let start = seed ^ 0xcbf2_9ce4_8422_2325;
    mix(bytes.iter().fold(start, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3)))
}

thread_local! {
    static STATE: Cell<u64> = Cell::new(seed());
}

/// This thread's dice.
pub(crate) fn roll<T>(play: impl FnOnce(&mut Dice) -> T) -> T {
    STATE.with(|state| {
        let mut dice = Dice(state.get());
        let played = play(&mut dice);
        state.set(dice.0);
        played
    })
}

fn seed() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    // The standard library's hasher is keyed from the system's randomness.
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_below_a_bound_are_even() {
        let mut dice = Dice::seeded(7);
        let mut seen = [0u32; 10];
        for _ in 0..100_000 {
            seen[dice.below(10) as usize] += 1;
        }
        // Five standard deviations of a binomial with p = 0.1.
        assert!(seen.iter().all(|n| n.abs_diff(10_000) < 475), "{seen:?}");
    }
}
