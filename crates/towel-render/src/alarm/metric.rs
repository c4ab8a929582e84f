//! PromQL from small pieces: figures as they are written, matchers, and the metric that a person names.

use crate::quantity::number;

/// A figure without the noise of binary fractions: `0.0144`.
pub(super) fn figure(value: f64) -> String {
    number((value * 1e9).round() / 1e9)
}

/// `1 %`, `0.5 %` of a share.
pub(super) fn percent(share: f64) -> String {
    format!("{} %", number((share * 1e6).round() / 1e4))
}

/// A metric as a selector. A word that PromQL reads as something else is quoted as a name.
pub(super) fn selector(metric: &str) -> String {
    let begins = metric.starts_with(|letter: char| letter.is_ascii_alphabetic() || matches!(letter, '_' | ':'));
    let is_plain = begins && metric.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':'));
    if is_plain && !KEYWORDS.contains(&metric.to_ascii_lowercase().as_str()) {
        metric.to_owned()
    } else {
        format!("{{__name__={}}}", quoted(metric))
    }
}

const KEYWORDS: [&str; 27] = [
    "and",
    "or",
    "unless",
    "atan2",
    "sum",
    "avg",
    "min",
    "max",
    "count",
    "group",
    "stddev",
    "stdvar",
    "topk",
    "bottomk",
    "count_values",
    "quantile",
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "bool",
    "offset",
    "inf",
    "nan",
    "limitk",
];

/// Text as a string of PromQL.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_that_is_a_word_of_promql_is_quoted() {
        assert_eq!(selector("checkins_total"), "checkins_total");
        assert_eq!(selector("sum"), "{__name__=\"sum\"}");
        assert_eq!(selector("my metric\""), "{__name__=\"my metric\\\"\"}");
    }

    #[test]
    fn figures_are_written_without_noise() {
        assert_eq!([figure(14.4 * 0.001), percent(0.05), percent(0.0144)], ["0.0144", "5 %", "1.44 %"]);
    }
}
