//! Plain numbers and truth values, without the guesses of YAML 1.1.

use std::borrow::Cow;

use super::{About, Fault, Json, Word, words};

/// A TCP port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Port(pub(crate) u16);

/// A count of at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Positive(pub(crate) u32);

/// An HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status(pub(crate) u16);

/// Characters of a secret that towel makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SecretLength(pub(crate) u32);

/// A number with which a metric is compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Threshold(pub(crate) f64);

words!(u32, bool, Port, Positive, Status, SecretLength, Threshold);

/// Most of anything that is counted by hand. Sums of such counts stay within 64 bits.
const MOST: u64 = 1_000_000;

impl Word for u32 {
    fn about() -> About {
        integer("a whole number", 0, MOST, &["0", "3"])
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        whole(text, 0, MOST)
    }
}

impl Word for Positive {
    fn about() -> About {
        integer("a whole number of at least 1", 1, MOST, &["1", "20"])
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        whole(text, 1, MOST).map(Self)
    }
}

impl Word for SecretLength {
    fn about() -> About {
        integer("a number of characters", 16, 4096, &["32", "64"])
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        whole(text, 16, 4096).map(Self)
    }
}

impl Word for Port {
    fn about() -> About {
        integer("a port", 1, 65_535, &["3000", "8080"])
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        if let Some((_, inner)) = text.split_once(':')
            && inner.bytes().all(|byte| byte.is_ascii_digit())
        {
            return Err(Fault::meant(inner)
                .help("give the port on which the service itself listens; `expose:` makes it public"));
        }
        whole(text, 1, 65_535).map(Self)
    }
}

impl Word for Status {
    fn about() -> About {
        integer("an HTTP status", 100, 599, &["200", "204"])
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        whole(text, 100, 599).map(Self)
    }
}

fn integer(article: &'static str, least: u64, most: u64, examples: &'static [&'static str]) -> About {
    About { article: Cow::Borrowed(article), code: "wrong-type", examples, json: Json::Integer { least, most } }
}

/// A decimal whole number within bounds that fit the result.
fn whole<T: TryFrom<u64>>(text: &str, least: u64, most: u64) -> Result<T, Fault> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits {
        return Err(otherwise_written(text));
    }
    if text.len() > 1 && text.starts_with('0') {
        let plain = text.trim_start_matches('0');
        return Err(Fault::meant(if plain.is_empty() { "0" } else { plain })
            .help("write it without the leading zero: some YAML readers take that for base eight"));
    }
    let number = text.parse::<u64>().ok().filter(|number| (least..=most).contains(number));
    number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| {
        Fault::because(format!("`{}` is out of range", crate::key::shorten(text)))
            .help(format!("from {least} to {most}"))
    })
}

fn otherwise_written(text: &str) -> Fault {
    let base =
        |prefix: &str, radix| text.strip_prefix(prefix).and_then(|digits| u64::from_str_radix(digits, radix).ok());
    if let Some(number) = base("0o", 8).or(base("0x", 16)).or(base("0b", 2)) {
        return Fault::meant(number.to_string());
    }
    let plain: String = text.chars().filter(|letter| !matches!(letter, '_' | ',' | ' ')).collect();
    if plain != text && !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return Fault::meant(plain);
    }
    Fault::form()
}

impl Word for Threshold {
    fn about() -> About {
        About { article: Cow::Borrowed("a number"), code: "wrong-type", examples: &["10", "0.01"], json: Json::Number }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let (sign, digits) = text.strip_prefix('-').map_or((1.0, text), |digits| (-1.0, digits));
        super::size::decimal(digits).ok_or_else(|| otherwise_written(text))?;
        digits.parse::<f64>().map(|number| Self(sign * number)).map_err(|_| Fault::form())
    }
}

impl Word for bool {
    fn about() -> About {
        About { article: Cow::Borrowed("`true` or `false`"), code: "wrong-type", examples: &[], json: Json::Boolean }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(match text.to_lowercase().as_str() {
                "yes" | "y" | "on" | "true" => Fault::meant("true"),
                "no" | "n" | "off" | "false" => Fault::meant("false"),
                _ => Fault::form(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::about::shown;

    #[test]
    fn yaml_1_1_is_not_guessed_at() {
        let number = |text: &str| shown(text, |word: u32| word.to_string());
        assert_eq!(number("3"), "3");
        assert_eq!(number("0"), "0");
        assert_eq!(number("0o17"), "`0o17` is not a whole number; write `15`");
        assert_eq!(number("0x1F"), "`0x1F` is not a whole number; write `31`");
        assert!(number("017").contains("without the leading zero"));
        assert_eq!(number("1_000"), "`1_000` is not a whole number; write `1000`");
        assert_eq!(number("1e3"), "`1e3` is not a whole number");
        assert_eq!(number("-1"), "`-1` is not a whole number");
        assert_eq!(number("22:22"), "`22:22` is not a whole number");
        assert_eq!(number("99999999999999999999999"), "`99999999999999999999999` is out of range; from 0 to 1000000");
        let truth = |text: &str| shown(text, |word: bool| word.to_string());
        assert_eq!(truth("true"), "true");
        assert_eq!(truth("yes"), "`yes` is not `true` or `false`; write `true`");
        assert_eq!(truth("Off"), "`Off` is not `true` or `false`; write `false`");
    }

    #[test]
    fn a_port_is_not_a_mapping_of_ports() {
        let port = |text: &str| shown(text, |word: Port| word.0.to_string());
        assert_eq!(port("8080"), "8080");
        assert_eq!(port("0"), "`0` is out of range; from 1 to 65535");
        assert_eq!(port("70000"), "`70000` is out of range; from 1 to 65535");
        assert!(port("8080:80").contains("the service itself listens"));
    }

    #[test]
    fn a_threshold_may_be_negative_and_is_finite() {
        let threshold = |text: &str| shown(text, |word: Threshold| word.0.to_string());
        assert_eq!(threshold("0.01"), "0.01");
        assert_eq!(threshold("-3"), "-3");
        assert_eq!(threshold("nan"), "`nan` is not a number");
        assert_eq!(threshold("inf"), "`inf` is not a number");
        assert_eq!(threshold("1%"), "`1%` is not a number");
    }
}
