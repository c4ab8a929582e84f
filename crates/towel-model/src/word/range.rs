//! Ranges: `3..10`, `200m..500m`; one value is a range to itself.

use std::borrow::Cow;

use super::{About, Fault, Json, Word, words};
use crate::{Cpu, Range, Size};

words!(Range<u32>, Range<Cpu>, Range<Size>);

/// What may stand at the ends of a range.
pub(crate) trait End: Word + Copy + PartialOrd {
    /// One value and one range.
    const EXAMPLES: &'static [&'static str];
}

impl End for u32 {
    const EXAMPLES: &'static [&'static str] = &["3", "3..10"];
}

impl End for Cpu {
    const EXAMPLES: &'static [&'static str] = &["250m", "200m..500m"];
}

impl End for Size {
    const EXAMPLES: &'static [&'static str] = &["512Mi", "256Mi..512Mi"];
}

impl<T: End> Word for Range<T> {
    fn about() -> About {
        let one = T::about();
        About {
            article: Cow::Owned(format!("{} or a range of them", one.article)),
            code: one.code,
            examples: T::EXAMPLES,
            json: match one.json {
                Json::Pattern(form) => Json::Pattern(Cow::Owned(format!(r"({form})(\.\.({form}))?"))),
                Json::PatternOrNumber(form) => Json::PatternOrNumber(Cow::Owned(format!(r"({form})(\.\.({form}))?"))),
                _ => Json::PatternOrNumber(Cow::Borrowed(r"\d+(\.\.\d+)?")),
            },
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let Some((min, max)) = text.split_once("..") else {
            return T::parse(text)
                .map(|one| Self { min: one, max: one })
                .map_err(|fault| hyphen::<T>(text).unwrap_or(fault));
        };
        let (from, to) = (min.trim(), max.trim());
        let end = |text: &str| {
            T::parse(text).map_err(|fault| Fault {
                message: fault.message.clone().or_else(|| {
                    let article = T::about().article;
                    Some(format!("`{}` in this range is not {article}", crate::key::shorten(text)))
                }),
                fix: None,
                ..fault
            })
        };
        let range = Self { min: end(from)?, max: end(to)? };
        if range.min > range.max {
            let fault = Fault::meant(format!("{to}..{from}"));
            let message = Some("this range ends before it begins".to_owned());
            return Err(Fault { message, code: Some("bad-range"), ..fault });
        }
        Ok(range)
    }
}

/// What was meant by `3-10`.
fn hyphen<T: Word>(text: &str) -> Option<Fault> {
    let (min, max) = text.split_once('-')?;
    let both = T::parse(min.trim()).is_ok() && T::parse(max.trim()).is_ok();
    both.then(|| Fault::meant(format!("{}..{}", min.trim(), max.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::about::shown;

    #[test]
    fn a_range_has_two_ends_and_one_value_is_both() {
        let check = |text: &str, expected: &str| {
            assert_eq!(shown(text, |word: Range<u32>| format!("{} to {}", word.min, word.max)), expected, "{text}");
        };
        check("3..10", "3 to 10");
        check("3", "3 to 3");
        check("10..3", "this range ends before it begins; write `3..10`");
        check("3-10", "`3-10` is not a whole number or a range of them; write `3..10`");
        check("3..", "`` in this range is not a whole number");
        check("3..x", "`x` in this range is not a whole number");
        check("3..4..5", "`4..5` in this range is not a whole number");
    }

    #[test]
    fn ends_of_a_range_may_have_different_units() {
        let memory = shown("256Mi..1G", |word: Range<Size>| format!("{}..{}", word.min.0, word.max.0));
        assert_eq!(memory, "268435456..1000000000");
        assert_eq!(shown("256..512Mi", |_: Range<Size>| String::new()), "`256` has no unit; `256Mi`, `256Gi`?");
    }
}
