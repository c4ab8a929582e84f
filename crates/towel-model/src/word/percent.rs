//! Parts of a hundred: `70%`, `99.9%`, and quantiles: `p95`.

use std::borrow::Cow;

use super::{About, Fault, Json, Word, words};
use crate::Percent;

/// More than nothing and at most the whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Share(pub(crate) Percent);

/// A quantile as a share of one: `p95` is 0.95.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quantile(pub(crate) f64);

words!(Percent, Share, Quantile);

impl Word for Percent {
    fn about() -> About {
        About {
            article: Cow::Borrowed("a percentage"),
            code: "bad-percent",
            examples: &["70%", "99.9%"],
            json: Json::Pattern(Cow::Borrowed(r"\d+(\.\d+)?%")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let Some(number) = text.strip_suffix('%') else {
            return Err(match super::size::decimal(text) {
                Some((count, 1)) if count > 0 => Fault::meant(format!("{text}%")),
                Some(_) => Fault::form().help("write it in parts of a hundred, with `%`"),
                None => Fault::form(),
            });
        };
        if super::size::decimal(number).is_none() {
            return Err(if number.ends_with(' ') {
                Fault::meant(format!("{}%", number.trim()))
            } else {
                Fault::form()
            });
        }
        // Utilisation of a request may well be above a hundred; ten times is a slip.
        match number.parse::<f64>() {
            Ok(number) if number > 0.0 && number <= 1000.0 => Ok(Self(number)),
            _ => Err(Fault::because(format!("`{text}` is out of range")).help("more than 0% and at most 1000%")),
        }
    }
}

impl Word for Share {
    fn about() -> About {
        About { article: Cow::Borrowed("a percentage up to 100%"), ..Percent::about() }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let percent = Percent::parse(text)?;
        if percent.0 > 100.0 {
            return Err(Fault::because(format!("`{text}` is more than everything")).help("at most 100%"));
        }
        Ok(Self(percent))
    }
}

impl Word for Quantile {
    fn about() -> About {
        About {
            article: Cow::Borrowed("a quantile"),
            code: "bad-quantile",
            examples: &["p50", "p95", "p99.9"],
            json: Json::Pattern(Cow::Borrowed(r"p\d{1,2}(\.\d+)?")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let number = text.strip_prefix('p').ok_or_else(|| {
            let plain = text.trim_start_matches(['P', 'q']).trim_end_matches('%');
            if super::size::decimal(plain).is_some() { Fault::meant(format!("p{plain}")) } else { Fault::form() }
        })?;
        super::size::decimal(number).ok_or_else(Fault::form)?;
        match number.parse::<f64>() {
            Ok(number) if number > 0.0 && number < 100.0 => Ok(Self(number / 100.0)),
            _ => Err(Fault::form().help("between p0 and p100, both excluded")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::about::shown;

    #[test]
    fn a_percentage_carries_its_sign() {
        let percent = |text: &str| shown(text, |word: Share| word.0.0.to_string());
        assert_eq!(percent("99.9%"), "99.9");
        assert_eq!(percent("70"), "`70` is not a percentage up to 100%; write `70%`");
        assert_eq!(percent("0.7"), "`0.7` is not a percentage up to 100%; write it in parts of a hundred, with `%`");
        assert_eq!(percent("120%"), "`120%` is more than everything; at most 100%");
        assert_eq!(percent("0%"), "`0%` is out of range; more than 0% and at most 1000%");
        assert_eq!(percent("nan%"), "`nan%` is not a percentage up to 100%");
    }

    #[test]
    fn a_quantile_is_a_share_of_one() {
        let quantile = |text: &str| shown(text, |word: Quantile| word.0.to_string());
        assert_eq!(quantile("p95"), "0.95");
        assert_eq!(quantile("95"), "`95` is not a quantile; write `p95`");
        assert_eq!(quantile("p100"), "`p100` is not a quantile; between p0 and p100, both excluded");
    }
}
