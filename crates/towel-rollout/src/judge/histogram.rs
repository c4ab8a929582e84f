//! Latencies in buckets, summed bucket by bucket.

/// Pairs of upper bound in seconds and count, bounds rising.
#[derive(Debug, Default)]
pub(super) struct Histogram {
    buckets: Vec<(f64, u64)>,
}

impl Histogram {
    pub(super) fn add(&mut self, other: &[(f64, u64)]) {
        self.combine(other, |here, there| here + there);
    }

    pub(super) fn subtract(&mut self, other: &[(f64, u64)]) {
        self.combine(other, u64::saturating_sub);
    }

    pub(super) fn buckets(&self) -> &[(f64, u64)] {
        &self.buckets
    }

    pub(super) fn into_buckets(self) -> Vec<(f64, u64)> {
        self.buckets
    }

    fn combine(&mut self, other: &[(f64, u64)], combine: impl Fn(u64, u64) -> u64) {
        for (upper, count) in other {
            match self.buckets.binary_search_by(|(known, _)| known.total_cmp(upper)) {
                Ok(place) => self.buckets[place].1 = combine(self.buckets[place].1, *count),
                Err(place) => self.buckets.insert(place, (*upper, combine(0, *count))),
            }
        }
    }
}
