//! Moments and windows in local time: a date and time, a range of the week, a range of the day.

use std::borrow::Cow;

use jiff::civil::DateTime;

use super::{About, Fault, Json, Word, words};
use crate::{Range, WeekRange};

/// A range of the day in minutes since midnight; one that ends earlier than it begins goes past midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayRange(pub(crate) Range<u32>);

words!(DateTime, WeekRange, DayRange);

const DAYS: &[(&str, &str)] = &[
    ("Mon", "monday"),
    ("Tue", "tuesday"),
    ("Wed", "wednesday"),
    ("Thu", "thursday"),
    ("Fri", "friday"),
    ("Sat", "saturday"),
    ("Sun", "sunday"),
];

impl Word for DateTime {
    fn about() -> About {
        About {
            article: Cow::Borrowed("a local date and time"),
            code: "bad-date",
            examples: &["2026-12-05T06:00"],
            json: Json::Pattern(Cow::Borrowed(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let bytes = text.as_bytes();
        let digits_and = |allowed: &[u8]| bytes.iter().all(|byte| byte.is_ascii_digit() || allowed.contains(byte));
        if bytes.len() == 10 && digits_and(b"-") {
            return Err(Fault::because(format!("`{text}` has no time")).help(format!("write `{text}T00:00`")));
        }
        if text.ends_with('Z') || (bytes.len() > 19 && text[..].contains('+')) {
            return Err(Fault::form().help("leave the offset out: the time is local to `timezone:`"));
        }
        if !matches!(bytes.len(), 16 | 19) || !digits_and(b"-:T ") {
            return Err(Fault::form());
        }
        text.parse().map_err(|_| Fault::because(format!("`{text}` is no date of any calendar")))
    }
}

impl Word for WeekRange {
    fn about() -> About {
        About {
            article: Cow::Borrowed("a range of the week"),
            code: "bad-week-range",
            examples: &["Fri 16:00..Mon 08:00"],
            json: Json::Pattern(Cow::Borrowed(
                r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{2}:\d{2}\.\.(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{2}:\d{2}",
            )),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let (from, to) = text.split_once("..").ok_or_else(Fault::form)?;
        let (from, to) = (minute_of_week(from)?, minute_of_week(to)?);
        if from == to {
            return Err(Fault::because("this range ends where it begins"));
        }
        Ok(Self { from, to: to % (7 * 1440) })
    }
}

fn minute_of_week(text: &str) -> Result<u32, Fault> {
    let (day, time) = text.trim().split_once(' ').ok_or_else(Fault::form)?;
    let Some(number) = (0..).zip(DAYS).find(|(_, (short, _))| *short == day).map(|(number, _)| number) else {
        let lower = day.to_lowercase();
        let meant = DAYS.iter().find(|(_, long)| lower.len() >= 2 && long.starts_with(&lower));
        let days = "days are Mon, Tue, Wed, Thu, Fri, Sat, Sun".to_owned();
        return Err(Fault::form().help(meant.map_or(days, |(short, _)| format!("write `{short}` for `{day}`"))));
    };
    let minutes = minute_of_day(time.trim())
        .ok_or_else(|| Fault::form().help(format!("`{time}` is not a time such as `08:00`")))?;
    Ok(number * 1440 + minutes)
}

/// `HH:MM` up to `24:00`.
fn minute_of_day(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (minutes < 60 && hours * 60 + minutes <= 1440).then_some(hours * 60 + minutes)
}

impl Word for DayRange {
    fn about() -> About {
        About {
            article: Cow::Borrowed("a range of the day"),
            code: "bad-day-range",
            examples: &["09:00..18:00", "22:00..06:00"],
            json: Json::Pattern(Cow::Borrowed(r"\d{2}:\d{2}\.\.\d{2}:\d{2}")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let (from, to) = text.split_once("..").ok_or_else(|| match text.split_once('-') {
            Some((from, to)) if minute_of_day(from.trim()).is_some() && minute_of_day(to.trim()).is_some() => {
                Fault::meant(format!("{}..{}", from.trim(), to.trim()))
            }
            _ => Fault::form(),
        })?;
        let time = |text: &str| {
            minute_of_day(text.trim()).ok_or_else(|| {
                Fault::form().help(format!("`{}` is not a time such as `08:00`", crate::key::shorten(text.trim())))
            })
        };
        let (min, max) = (time(from)?, time(to)?);
        if min == max {
            return Err(Fault::because("this range ends where it begins"));
        }
        Ok(Self(Range { min, max }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::about::shown;

    #[test]
    fn a_date_is_local_and_exists() {
        let date = |text: &str| shown(text, |word: DateTime| word.to_string());
        assert_eq!(date("2026-12-05T06:00"), "2026-12-05T06:00:00");
        assert_eq!(date("2026-12-05 06:00"), "2026-12-05T06:00:00");
        assert_eq!(date("2026-02-30T06:00"), "`2026-02-30T06:00` is no date of any calendar");
        assert_eq!(date("2026-12-05"), "`2026-12-05` has no time; write `2026-12-05T00:00`");
        assert!(date("2026-12-05T06:00:00Z").contains("leave the offset out"));
        assert_eq!(date("tomorrow"), "`tomorrow` is not a local date and time");
    }

    #[test]
    fn a_week_range_may_go_past_sunday() {
        let week = |text: &str| shown(text, |word: WeekRange| format!("{}..{}", word.from, word.to));
        assert_eq!(week("Fri 16:00..Mon 08:00"), "6720..480");
        assert_eq!(week("Sat 00:00..Sun 24:00"), "7200..0");
        assert_eq!(
            week("friday 16:00..Mon 08:00"),
            "`friday 16:00..Mon 08:00` is not a range of the week; write `Fri` for `friday`"
        );
        assert!(week("Fri 16..Mon 08:00").contains("`16` is not a time"));
        assert_eq!(week("Fri 16:00..Fri 16:00"), "this range ends where it begins");
        assert_eq!(week("weekend"), "`weekend` is not a range of the week");
    }

    #[test]
    fn a_day_range_may_go_past_midnight() {
        let day = |text: &str| shown(text, |word: DayRange| format!("{}..{}", word.0.min, word.0.max));
        assert_eq!(day("09:00..18:00"), "540..1080");
        assert_eq!(day("22:00..06:00"), "1320..360");
        assert_eq!(day("09:00-18:00"), "`09:00-18:00` is not a range of the day; write `09:00..18:00`");
        assert!(day("9:00..18:00").contains("`9:00` is not a time"));
        assert!(day("09:00..25:00").contains("`25:00` is not a time"));
    }
}
