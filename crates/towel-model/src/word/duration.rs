//! Lengths of time: `30s`, `1h30m`, and words where a period is meant.

use std::borrow::Cow;
use std::time::Duration;

use super::{About, Fault, Json, Word, words};

/// Time from one event to the next: more than nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interval(pub(crate) Duration);

/// Like an interval, also as `hourly`, `daily`, `weekly` or `monthly`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period(pub(crate) Duration);

words!(Duration, Interval, Period);

/// Units from the longest to the shortest, in milliseconds.
const UNITS: &[(&str, u64)] =
    &[("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
/// How people also write units.
const SPELT_OUT: &[(&str, &[&str])] = &[
    ("w", &["week", "weeks", "wk"]),
    ("d", &["day", "days", "D"]),
    ("h", &["hour", "hours", "hr", "hrs", "H"]),
    ("m", &["min", "mins", "minute", "minutes", "M"]),
    ("s", &["sec", "secs", "second", "seconds", "S"]),
    ("ms", &["msec", "millis", "milliseconds"]),
];
const PERIODS: &[(&str, u64)] =
    &[("hourly", 3_600_000), ("daily", 86_400_000), ("weekly", 604_800_000), ("monthly", 30 * 86_400_000)];
/// A hundred years: whoever adds two of them still has room.
const LONGEST: u64 = 100 * 365 * 86_400_000;
const PATTERN: &str = r"(\d+(\.\d+)?(ms|[smhdw]))+";

impl Word for Duration {
    fn about() -> About {
        About {
            article: Cow::Borrowed("a duration"),
            code: "bad-duration",
            examples: &["500ms", "30s", "15m", "4h", "30d", "2w"],
            json: Json::Pattern(Cow::Borrowed(PATTERN)),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        milliseconds(text).map(Self::from_millis)
    }
}

impl Word for Interval {
    fn about() -> About {
        About { article: Cow::Borrowed("a duration above zero"), ..Duration::about() }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        above_zero(milliseconds(text)?).map(Self)
    }
}

impl Word for Period {
    fn about() -> About {
        About {
            article: Cow::Borrowed("a period"),
            examples: &["4h", "7d", "hourly", "daily", "weekly", "monthly"],
            json: Json::Pattern(Cow::Owned(format!("hourly|daily|weekly|monthly|{PATTERN}"))),
            ..Duration::about()
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        if let Some((_, length)) = PERIODS.iter().find(|(word, _)| *word == text) {
            return Ok(Self(Duration::from_millis(*length)));
        }
        above_zero(milliseconds(text)?).map(Self)
    }
}

fn above_zero(milliseconds: u64) -> Result<Duration, Fault> {
    if milliseconds == 0 {
        return Err(Fault::because("this duration is zero"));
    }
    Ok(Duration::from_millis(milliseconds))
}

fn milliseconds(text: &str) -> Result<u64, Fault> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::because(format!("`{text}` has no unit")).help(format!("`{text}s`, `{text}m`, `{text}h`?")));
    }
    let mut rest = text;
    let mut total = 0.0;
    let mut longest_left = u64::MAX;
    while !rest.is_empty() {
        let (count, unit, after) = part(rest).ok_or_else(|| respelt(text))?;
        if unit >= longest_left {
            return Err(Fault::form().help("put the longer unit first: `1h30m`"));
        }
        longest_left = unit;
        #[expect(clippy::cast_precision_loss, reason = "a unit is at most 604,800,000")]
        let unit = unit as f64;
        total += count * unit;
        rest = after;
    }
    #[expect(clippy::cast_precision_loss, reason = "only compared with")]
    if longest_left == u64::MAX || total > LONGEST as f64 {
        let long = Fault::because("this duration is longer than a hundred years");
        return Err(if text.is_empty() { Fault::form() } else { long });
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and LONGEST")]
    Ok(total.round() as u64)
}

/// A number and its unit at the start of a text, and what follows.
fn part(text: &str) -> Option<(f64, u64, &str)> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
    let (number, rest) = text.split_at(digits);
    let well_formed = number.split('.').count() <= 2 && number.split('.').all(|part| !part.is_empty());
    let letters = rest.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (unit, rest) = rest.split_at(letters);
    let (_, length) = UNITS.iter().find(|(name, _)| *name == unit)?;
    if well_formed && number.len() <= 15 { Some((number.parse().ok()?, *length, rest)) } else { None }
}

/// What was meant by `5 minutes`, `30sec` or `weekly`.
fn respelt(text: &str) -> Fault {
    if PERIODS.iter().any(|(word, _)| *word == text) {
        return Fault::form().help("a length of time is meant here, with a unit");
    }
    let compact: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let Some(digits) = compact.find(|letter: char| !letter.is_ascii_digit() && letter != '.') else {
        return Fault::form();
    };
    let (number, unit) = compact.split_at(digits);
    if super::size::decimal(number).is_none() {
        return Fault::form();
    }
    if matches!(unit, "mo" | "month" | "months" | "y" | "year" | "years") {
        return Fault::form().help("months and years have no fixed length: write days, as in `30d`");
    }
    let same = UNITS.iter().map(|(name, _)| *name).find(|name| *name == unit);
    let known = SPELT_OUT.iter().find(|(_, long)| long.contains(&unit)).map(|(short, _)| *short);
    match same.or(known) {
        Some(unit) if format!("{number}{unit}") != text => Fault::meant(format!("{number}{unit}")),
        _ => Fault::form(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::about::shown;

    #[test]
    fn durations_are_read_as_people_say_them() {
        let check = |text: &str, expected: &str| {
            assert_eq!(shown(text, |word: Duration| format!("{} ms", word.as_millis())), expected, "{text}");
        };
        check("500ms", "500 ms");
        check("30s", "30000 ms");
        check("1.5h", "5400000 ms");
        check("1h30m", "5400000 ms");
        check("2w", "1209600000 ms");
        check("0s", "0 ms");
        check("30", "`30` has no unit; `30s`, `30m`, `30h`?");
        check("5 minutes", "`5 minutes` is not a duration; write `5m`");
        check("30sec", "`30sec` is not a duration; write `30s`");
        check("30m1h", "`30m1h` is not a duration; put the longer unit first: `1h30m`");
        check("1y", "`1y` is not a duration; months and years have no fixed length: write days, as in `30d`");
        check("-5s", "`-5s` is not a duration");
        check("1..5s", "`1..5s` is not a duration");
        check("soon", "`soon` is not a duration");
        check("", "`` is not a duration");
        check("weekly", "`weekly` is not a duration; a length of time is meant here, with a unit");
        check("99999999999w", "this duration is longer than a hundred years");
        check("9999999999999999999999s", "`9999999999999999999999s` is not a duration");
    }

    #[test]
    fn a_period_may_be_a_word_and_is_never_zero() {
        let check = |text: &str, expected: &str| {
            assert_eq!(shown(text, |word: Period| format!("{} s", word.0.as_secs())), expected, "{text}");
        };
        check("weekly", "604800 s");
        check("monthly", "2592000 s");
        check("90d", "7776000 s");
        check("0s", "this duration is zero");
        check("yearly", "`yearly` is not a period");
    }
}
