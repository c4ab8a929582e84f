//! Local time in PromQL, which itself knows only UTC.

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};

/// Minutes since local midnight, as a metric.
pub(crate) const MINUTE_OF_DAY: &str = "clock:minute_of_day:local";

/// The clock of a time zone.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Clock {
    /// Minutes east of Greenwich at the beginning of a year.
    pub(crate) january: i32,
    changes: Vec<Change>,
    /// Whether the rules of summer time are the same every year, so that the expression is right in every year.
    pub(crate) is_exact: bool,
}

/// A day of the year on which clocks are changed.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Change {
    month: i8,
    /// Days from Sunday: 0 is Sunday.
    weekday: i8,
    /// The first day of the month that it may be: the last Sunday of March is the first from the 25th on.
    from: i8,
    /// Seconds that, added to UTC, give midnight of that day at the moment of the change.
    shift: i64,
    /// Minutes by which clocks are put forward.
    forward: i32,
}

/// Over which years rules have to hold to be taken for rules: after 28, days of the week return to their dates.
const YEARS: std::ops::RangeInclusive<i16> = 2027..=2054;

impl Clock {
    /// The clock of an IANA time zone. A name that is not known means UTC; the language refuses it before.
    pub(crate) fn of(zone: &str) -> Self {
        let zone = TimeZoneDatabase::bundled().get(zone).unwrap_or(TimeZone::UTC);
        let years: Option<Vec<Vec<Seen>>> = YEARS.map(|year| seen(&zone, year)).collect();
        let january = start_of(&zone, *YEARS.start()).map_or(0, |(_, offset)| offset / 60);
        let fixed = |is_exact| Self { january, changes: Vec::new(), is_exact };
        let Some(years) = years else { return fixed(false) };
        if years.iter().all(Vec::is_empty) {
            return fixed(true);
        }
        match common(&years) {
            Some(changes) => Self { january, changes, is_exact: true },
            None => fixed(false),
        }
    }

    /// Minutes since local midnight.
    pub(crate) fn minute_of_day(&self) -> String {
        let base = 1440 + self.january;
        if base == 1440 && self.changes.is_empty() {
            return "hour() * 60 + minute()".to_owned();
        }
        let changes: String = self.changes.iter().map(|change| format!("\n  {}", change.expression())).collect();
        format!("(\n  hour() * 60 + minute() + {base}{changes}\n) % 1440")
    }
}

impl Change {
    /// What it adds to the minutes since midnight, from its moment until the end of the year.
    fn expression(&self) -> String {
        let now = format!("vector(time() + {})", self.shift);
        let behind = (7 - self.weekday) % 7;
        let weekday = match behind {
            0 => format!("day_of_week({now})"),
            _ => format!("(day_of_week({now}) + {behind}) % 7"),
        };
        let reached = format!("day_of_month({now}) - {weekday} >= bool {}", self.from);
        let (sign, minutes, month) = (if self.forward < 0 { '-' } else { '+' }, self.forward.abs(), self.month);
        format!("{sign} {minutes} * ((month({now}) > bool {month}) + (month({now}) == bool {month}) * ({reached}))")
    }
}

/// A change as it happens in one year.
#[derive(Debug, Clone, Copy)]
struct Seen {
    date: Date,
    shift: i64,
    forward: i32,
}

fn start_of(zone: &TimeZone, year: i16) -> Option<(Timestamp, i32)> {
    let start = Date::new(year, 1, 1).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some((start, zone.to_offset(start).seconds()))
}

fn seen(zone: &TimeZone, year: i16) -> Option<Vec<Seen>> {
    let (start, mut before) = start_of(zone, year)?;
    let (end, _) = start_of(zone, year + 1)?;
    let mut seen = Vec::new();
    for transition in zone.following(start).take_while(|transition| transition.timestamp() < end) {
        let after = transition.offset().seconds();
        if after == before {
            continue;
        }
        let local = transition.timestamp().checked_add(SignedDuration::from_secs(i64::from(before))).ok()?;
        let local = TimeZone::UTC.to_datetime(local);
        let since_midnight =
            i64::from(local.hour()) * 3600 + i64::from(local.minute()) * 60 + i64::from(local.second());
        seen.push(Seen {
            date: local.date(),
            shift: i64::from(before) - since_midnight,
            forward: (after - before) / 60,
        });
        before = after;
    }
    Some(seen)
}

/// The rules that every year follows, if there are such.
fn common(years: &[Vec<Seen>]) -> Option<Vec<Change>> {
    let count = years.first()?.len();
    if years.iter().any(|year| year.len() != count) {
        return None;
    }
    (0..count).map(|place| rule(years.iter().filter_map(|year| year.get(place)))).collect()
}

fn rule<'s>(seen: impl Iterator<Item = &'s Seen>) -> Option<Change> {
    let seen: Vec<&Seen> = seen.collect();
    let first = *seen.first()?;
    let (month, weekday) = (first.date.month(), first.date.weekday());
    let same = |it: &&Seen| {
        it.date.month() == month
            && it.date.weekday() == weekday
            && it.shift == first.shift
            && it.forward == first.forward
    };
    if !seen.iter().all(same) {
        return None;
    }
    let days = seen.iter().map(|it| it.date.day());
    let (from, until) = (days.clone().min()?, days.max()?);
    // In 28 years a weekday of a month falls on each day of its week, and on no other.
    if until - from != 6 {
        return None;
    }
    let weekday = weekday.to_sunday_zero_offset();
    Some(Change { month, weekday, from, shift: first.shift, forward: first.forward })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_time_of_europe_and_america_is_known_by_its_rules() {
        let paris = Clock::of("Europe/Paris");
        assert!(paris.is_exact);
        assert_eq!((paris.january, paris.changes.len()), (60, 2));
        let spring = Change { month: 3, weekday: 0, from: 25, shift: 3600 - 2 * 3600, forward: 60 };
        assert_eq!(paris.changes[0], spring);
        let york = Clock::of("America/New_York");
        assert_eq!((york.january, york.changes[0].from, york.changes[1].from), (-300, 8, 1));
    }

    #[test]
    fn a_zone_without_summer_time_is_as_plain_as_it_can_be() {
        assert_eq!(Clock::of("UTC").minute_of_day(), "hour() * 60 + minute()");
        assert_eq!(Clock::of("Asia/Kolkata").minute_of_day(), "(\n  hour() * 60 + minute() + 1770\n) % 1440");
    }

    #[test]
    fn a_calendar_that_no_rule_describes_is_not_exact() {
        // The day after the last Thursday of October may be in November.
        assert!(!Clock::of("Africa/Cairo").is_exact);
    }
}
