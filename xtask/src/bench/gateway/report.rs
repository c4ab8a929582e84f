//! Medians over the rounds, and how the first rival compares with the others.

use super::load::Measured;

/// What one rival did in each round.
pub(super) struct Series {
    name: &'static str,
    rounds: Vec<Measured>,
}

impl Series {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, rounds: Vec::new() }
    }

    pub(super) fn add(&mut self, measured: Measured) {
        self.rounds.push(measured);
    }

    fn median(&self, of: impl Fn(&Measured) -> f64) -> f64 {
        median(self.rounds.iter().map(of).collect())
    }

    /// The median of the ratios of rounds next to each other: both met the same disturbances.
    fn ratio(&self, other: &Self, of: impl Fn(&Measured) -> f64) -> f64 {
        median(self.rounds.iter().zip(&other.rounds).map(|(ours, theirs)| of(ours) / of(theirs)).collect())
    }
}

/// Prints a case: figures, then ratios of the first to each of the others.
pub(super) fn print(case: &str, series: &[Series]) {
    println!("{case}, medians of {} rounds", series.first().map_or(0, |s| s.rounds.len()));
    for one in series {
        let (rate, median, p99) = (one.median(|m| m.rate), one.median(|m| m.median), one.median(|m| m.p99));
        println!("  {:8} {rate:9.0} /s   p50 {:8.3} ms   p99 {:8.3} ms", one.name, median * 1e3, p99 * 1e3);
    }
    let Some((ours, others)) = series.split_first() else { return };
    for other in others {
        let (rate, median, p99) =
            (ours.ratio(other, |m| m.rate), ours.ratio(other, |m| m.median), ours.ratio(other, |m| m.p99));
        println!("  {} / {}: {rate:.2} of the rate, {median:.2} of p50, {p99:.2} of p99", ours.name, other.name);
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[n / 2],
        n => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < f64::EPSILON);
    }
}
