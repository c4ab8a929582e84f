//! Bytes and cores: `256Mi`, `20G`, `250m`, `0.5`.

use std::borrow::Cow;

use super::{About, Fault, Json, Word, words};
use crate::{Cpu, Size};

words!(Size, Cpu);

const UNITS: &[(&str, u64)] = &[
    ("Ki", 1 << 10),
    ("Mi", 1 << 20),
    ("Gi", 1 << 30),
    ("Ti", 1 << 40),
    ("Pi", 1 << 50),
    ("k", 1_000),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("T", 1_000_000_000_000),
    ("P", 1_000_000_000_000_000),
];

impl Word for Size {
    fn about() -> About {
        About {
            article: Cow::Borrowed("a size"),
            code: "bad-size",
            examples: &["256Mi", "20Gi", "1G"],
            json: Json::Pattern(Cow::Borrowed(r"\d+(\.\d+)?([KMGTP]i|[kMGTP])")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let (number, unit) = split(text);
        let count = decimal(number).ok_or_else(Fault::form)?;
        if unit.is_empty() {
            return Err(Fault::because(format!("`{text}` has no unit")).help(format!("`{text}Mi`, `{text}Gi`?")));
        }
        let Some((_, bytes)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(respelt(number, unit));
        };
        // Zero bytes hold nothing; above 2⁶³ other tools stop counting.
        scaled(count, *bytes).filter(|bytes| *bytes > 0 && i64::try_from(*bytes).is_ok()).map(Self).ok_or_else(|| {
            Fault::because(if count.0 == 0 { "this size is zero" } else { "this size is more than any disk holds" })
        })
    }
}

/// What was meant by `256MB`, `1 Gi` or `20g`.
fn respelt(number: &str, unit: &str) -> Fault {
    let plain = unit.trim().trim_end_matches(['B', 'b']);
    let lower = plain.to_lowercase();
    match UNITS.iter().find(|(name, _)| name.to_lowercase() == lower) {
        Some((name, _)) => Fault::meant(format!("{number}{name}")),
        None => Fault::form(),
    }
}

impl Word for Cpu {
    fn about() -> About {
        About {
            article: Cow::Borrowed("an amount of CPU"),
            code: "bad-cpu",
            examples: &["250m", "0.5", "2"],
            json: Json::PatternOrNumber(Cow::Borrowed(r"\d+(\.\d{1,3})?|\d+m")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let (number, unit) = split(text);
        let count = decimal(number).ok_or_else(Fault::form)?;
        let thousandths = match unit {
            "" => scaled(count, 1000),
            "m" if count.1 == 1 => Some(count.0),
            "%" => return Err(Fault::form().help("write thousandths of a core, as in `500m`")),
            _ => return Err(Fault::form()),
        };
        let whole = thousandths.and_then(|count| u32::try_from(count).ok()).filter(|count| *count <= 1_000_000);
        match whole {
            Some(0) => Err(Fault::because("this is no CPU at all").help("the least is `1m`, a thousandth of a core")),
            Some(count) => Ok(Self(count)),
            None => Err(Fault::because("this is more than 1,000 cores").help("`250m` is a quarter of a core")),
        }
    }
}

/// The number at the start and what follows it.
pub(super) fn split(text: &str) -> (&str, &str) {
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    text.split_at(end)
}

/// A decimal number, exactly: digits without the point, and the power of ten to divide them by.
pub(super) fn decimal(text: &str) -> Option<(u64, u64)> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (text, ""),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let count = format!("{whole}{fraction}").parse().ok()?;
    Some((count, 10_u64.pow(u32::try_from(fraction.len()).ok()?)))
}

/// A decimal number of units, rounded down.
fn scaled((count, divisor): (u64, u64), unit: u64) -> Option<u64> {
    u64::try_from(u128::from(count) * u128::from(unit) / u128::from(divisor)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::about::shown;

    #[test]
    fn sizes_have_units_of_two_kinds() {
        let check = |text: &str, expected: &str| {
            assert_eq!(shown(text, |word: Size| word.0.to_string()), expected, "{text}");
        };
        check("256Mi", "268435456");
        check("1G", "1000000000");
        check("1.5Gi", "1610612736");
        check("512k", "512000");
        check("256MB", "`256MB` is not a size; write `256M`");
        check("1 GiB", "`1 GiB` is not a size; write `1Gi`");
        check("20g", "`20g` is not a size; write `20G`");
        check("1024", "`1024` has no unit; `1024Mi`, `1024Gi`?");
        check("0Mi", "this size is zero");
        check("99999999Pi", "this size is more than any disk holds");
        check("-1Mi", "`-1Mi` is not a size");
        check("1.Mi", "`1.Mi` is not a size");
    }

    #[test]
    fn cpu_is_counted_in_cores_or_thousandths() {
        let check = |text: &str, expected: &str| {
            assert_eq!(shown(text, |word: Cpu| word.0.to_string()), expected, "{text}");
        };
        check("250m", "250");
        check("2", "2000");
        check("0.5", "500");
        check("0", "this is no CPU at all; the least is `1m`, a thousandth of a core");
        check("1.5m", "`1.5m` is not an amount of CPU");
        check("50%", "`50%` is not an amount of CPU; write thousandths of a core, as in `500m`");
        check("500000", "this is more than 1,000 cores; `250m` is a quarter of a core");
    }
}
