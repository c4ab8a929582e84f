//! How often something happens, as a line of cron.

use std::time::Duration;

use sha2::{Digest, Sha256};

/// A line of cron, and whether it is exactly as often as was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Schedule {
    /// `17 */4 * * *`.
    pub(crate) line: String,
    /// Cron counts within hours, days and months; what does not divide them happens more often than asked for.
    pub(crate) exact: bool,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

impl Schedule {
    /// At least as often as `every`. `name` decides the minute, so that not everything happens at once.
    pub(crate) fn every(every: Duration, name: &str) -> Self {
        let seconds = every.as_secs();
        let hash = Sha256::digest(name.as_bytes());
        let (minute, hour, day) = match hash.as_slice() {
            [minute, hour, day, ..] => (minute % 60, 1 + hour % 4, day % 7),
            _ => (0, 1, 0),
        };
        let (line, meant) = match seconds {
            0..HOUR => {
                let step = dividing(60, seconds / MINUTE);
                (format!("*/{step} * * * *"), step * MINUTE)
            }
            HOUR..DAY => match dividing(24, seconds / HOUR) {
                1 => (format!("{minute} * * * *"), HOUR),
                step => (format!("{minute} */{step} * * *"), step * HOUR),
            },
            _ if seconds < 7 * DAY => (format!("{minute} {hour} * * *"), DAY),
            _ if seconds < 31 * DAY => (format!("{minute} {hour} * * {day}"), 7 * DAY),
            _ => (format!("{minute} {hour} 1 * *"), 31 * DAY),
        };
        Self { line, exact: meant == seconds }
    }
}

/// The largest number below `whole` that divides it and is at most `most`.
fn dividing(whole: u64, most: u64) -> u64 {
    (1..whole).rev().find(|step| whole.is_multiple_of(*step) && *step <= most).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(minutes: u64) -> (String, bool) {
        let schedule = Schedule::every(Duration::from_secs(minutes * 60), "orders");
        let fields = schedule.line.split(' ').map(|field| if field.parse::<u32>().is_ok() { "N" } else { field });
        (fields.collect::<Vec<_>>().join(" "), schedule.exact)
    }

    #[test]
    fn what_cron_cannot_say_happens_more_often() {
        let says = |text: &str, exact: bool| (text.to_owned(), exact);
        assert_eq!(line(1), says("*/1 * * * *", true));
        assert_eq!(line(15), says("*/15 * * * *", true));
        assert_eq!(line(25), says("*/20 * * * *", false));
        assert_eq!(line(60), says("N * * * *", true));
        assert_eq!(line(240), says("N */4 * * *", true));
        assert_eq!(line(300), says("N */4 * * *", false));
        assert_eq!(line(1440), says("N N * * *", true));
        assert_eq!(line(7 * 1440), says("N N * * N", true));
        // A month of thirty days does not exist; a week is less.
        assert_eq!(line(30 * 1440), says("N N * * N", false));
    }
}
