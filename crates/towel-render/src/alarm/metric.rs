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

/// What a person calls a metric as a selector: a name with or without matchers stays, anything else is quoted as a name.
pub(super) fn selector(text: &str) -> String {
    let text = text.trim();
    if is_selector(text) { text.to_owned() } else { format!("{{__name__={}}}", quoted(text)) }
}

/// Whether it is a metric's name, with or without matchers.
pub(crate) fn is_selector(text: &str) -> bool {
    let text = text.trim();
    match text.split_once('{') {
        None => is_name(text),
        Some((name, rest)) => is_name(name.trim()) && rest.strip_suffix('}').is_some_and(are_matchers),
    }
}

fn is_name(text: &str) -> bool {
    let begins = text.starts_with(|letter: char| letter.is_ascii_alphabetic() || matches!(letter, '_' | ':'));
    begins && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':')) && !is_keyword(text)
}

/// Words that PromQL reads as something else than a metric.
fn is_keyword(text: &str) -> bool {
    const WORDS: [&str; 27] = [
        "and", "or", "unless", "atan2", "sum", "avg", "min", "max", "count", "group", "stddev", "stdvar", "topk",
        "bottomk", "count_values", "quantile", "by", "without", "on", "ignoring", "group_left", "group_right", "bool",
        "offset", "inf", "nan", "limitk",
    ];
    WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// `a="b", c=~"d"`: with quotes in which nothing is escaped.
fn are_matchers(text: &str) -> bool {
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(rest.len());
        let (label, after) = rest.split_at(end);
        let after = after.trim_start();
        let operator = ["=~", "!~", "!=", "="].into_iter().find(|operator| after.starts_with(operator));
        let Some(value) = operator.and_then(|operator| after[operator.len()..].trim_start().strip_prefix('"')) else {
            return false;
        };
        let Some((value, after)) = value.split_once('"') else { return false };
        if label.is_empty() || label.starts_with(|letter: char| letter.is_ascii_digit()) || value.contains('\\') {
            return false;
        }
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(more) => more.trim_start(),
            None if after.is_empty() => after,
            None => return false,
        };
    }
    true
}

/// Text as a string of PromQL.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_may_have_matchers_and_never_breaks_out() {
        assert_eq!(selector("checkins_total"), "checkins_total");
        assert_eq!(selector("orders{kind=\"a\", shop=~\"b.*\"}"), "orders{kind=\"a\", shop=~\"b.*\"}");
        assert_eq!(selector("my metric\""), "{__name__=\"my metric\\\"\"}");
        assert_eq!(selector("sum(x)"), "{__name__=\"sum(x)\"}");
        assert!(!is_selector("sum") && !is_selector("a{b}") && !is_selector("a{b=\"c\"} or x"));
    }

    #[test]
    fn figures_are_written_without_noise() {
        assert_eq!([figure(14.4 * 0.001), percent(0.05), percent(0.0144)], ["0.0144", "5 %", "1.44 %"]);
    }
}
