//! Windows in local time, laid on the line of absolute time.

use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};
use towel_model::{Freeze, WeekRange, Window};

/// A stretch of absolute time; the end is excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

impl Stretch {
    pub(super) fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }
}

/// The freeze's stretches that matter around `now`: of a weekly one, those from last week's to
/// the one after next.
pub(super) fn spans(freeze: &Freeze, now: Timestamp) -> Vec<Stretch> {
    let zone = zone(&freeze.timezone.value);
    match &freeze.window {
        Window::Once { from, to } => stretch(&zone, from.value, to.value).into_iter().collect(),
        Window::Weekly(range) => weekly(&zone, range.value, now),
    }
}

/// The zone of that name. A name that is unknown is refused by `towel check`; should one get
/// here all the same, UTC is nearer the truth than no freeze at all.
pub(super) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

fn weekly(zone: &TimeZone, range: WeekRange, now: Timestamp) -> Vec<Stretch> {
    let today = now.to_zoned(zone.clone()).date();
    let days = i64::from(today.weekday().since(Weekday::Monday));
    let Ok(monday) = today.checked_sub(days.days()) else { return Vec::new() };
    let week = 7 * 24 * 60;
    let until = if range.to > range.from { range.to } else { range.to + week };
    (-1..=2)
        .filter_map(|weeks: i64| {
            let monday = monday.checked_add(weeks.weeks()).ok()?.to_datetime(jiff::civil::Time::midnight());
            stretch(zone, monday.checked_add(civil(range.from)).ok()?, monday.checked_add(civil(until)).ok()?)
        })
        .collect()
}

/// Minutes on the wall clock, not on the stopwatch: a week with a change of clocks still has
/// its Friday 16:00.
fn civil(minutes: u32) -> Span {
    i64::from(minutes).minutes()
}

/// Where the clocks change inside a bound, the stretch takes the longer reading: whoever looks
/// at a clock that shows a frozen time is frozen.
fn stretch(zone: &TimeZone, from: DateTime, to: DateTime) -> Option<Stretch> {
    let from = zone.to_ambiguous_timestamp(from).earlier().ok()?;
    let to = zone.to_ambiguous_timestamp(to).later().ok()?;
    Some(Stretch { from, to })
}
