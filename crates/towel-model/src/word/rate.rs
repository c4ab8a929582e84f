//! So many in a time: `100/s`, `1000/min`.

use std::borrow::Cow;
use std::time::Duration;

use super::{About, Fault, Json, Word, words};
use crate::Rate;

words!(Rate);

const UNITS: &[(&str, u64)] = &[("s", 1), ("min", 60), ("h", 3600), ("d", 86_400)];

impl Word for Rate {
    fn about() -> About {
        About {
            article: Cow::Borrowed("a rate"),
            code: "bad-rate",
            examples: &["100/s", "1000/min", "10000/d"],
            json: Json::Pattern(Cow::Borrowed(r"\d+(\.\d+)?/(s|min|h|d)")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let Some((number, unit)) = text.split_once('/') else {
            let bare = super::size::decimal(text).is_some();
            return Err(if bare { Fault::meant(format!("{text}/s")) } else { Fault::form() });
        };
        let (count, _) = super::size::decimal(number).ok_or_else(Fault::form)?;
        if count == 0 {
            return Err(Fault::because("this rate is zero"));
        }
        let Some((_, seconds)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(match unit {
                "sec" | "second" => Fault::meant(format!("{number}/s")),
                "m" | "minute" => Fault::meant(format!("{number}/min")),
                "hour" => Fault::meant(format!("{number}/h")),
                "day" => Fault::meant(format!("{number}/d")),
                _ => Fault::form(),
            });
        };
        let count = number.parse().map_err(|_| Fault::form())?;
        Ok(Self { count, per: Duration::from_secs(*seconds) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::about::shown;

    #[test]
    fn a_rate_names_its_time() {
        let check = |text: &str, expected: &str| {
            assert_eq!(shown(text, |word: Rate| format!("{} in {:?}", word.count, word.per)), expected, "{text}");
        };
        check("100/s", "100 in 1s");
        check("1000/min", "1000 in 60s");
        check("0.5/h", "0.5 in 3600s");
        check("100", "`100` is not a rate; write `100/s`");
        check("100/m", "`100/m` is not a rate; write `100/min`");
        check("100/week", "`100/week` is not a rate");
        check("0/s", "this rate is zero");
        check("many/s", "`many/s` is not a rate");
    }
}
