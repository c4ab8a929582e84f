//! Fault 4: what an alert says in words is not what it does.

use super::artefacts::Artefacts;
use super::fault::{Detector, Fault};
use super::monitoring::Monitoring;
use super::promql::Expr;
use super::query;
use super::rule::Rule;
use super::unit;

pub(super) const DETECTORS: &[Detector] = &[Detector {
    name: "words that differ from the expression",
    numbers: &[4],
    find: differing,
    bad: &[
        "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'up == 0', for: 5m, annotations: { summary: 'down for 10m' } }] }]",
        "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'a / b > 0.1', annotations: { summary: 'more than 5% fail' } }] }]",
        "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'a > 3', annotations: { summary: 'more than 5 wait' } }] }]",
        "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'minute_of_day >= 540', annotations: { summary: 'after 10:00' } }] }]",
    ],
    good: &[
        "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'a / b > 0.05', for: 5m, annotations: { summary: 'more than 5 % fail for 5m' } }] }]",
    ],
}];

/// A figure in a text.
#[derive(Debug, Clone, PartialEq)]
enum Said {
    Seconds(f64, String),
    Percent(f64),
    Minute(f64),
    Number(f64),
}

fn differing(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for watch in &artefacts.monitoring {
        for rule in watch.alerts() {
            let done = Done::by(rule, watch);
            for (name, text) in rule.annotations.iter().filter(|(name, _)| !name.ends_with("url")) {
                let untrue = said(text).into_iter().filter(|said| !done.includes(said));
                faults.extend(
                    untrue.map(|said| rule.at(&format!("`{name}` says {said:?}, which the expression does not"))),
                );
            }
        }
    }
    faults
}

/// Figures of a rule.
struct Done {
    seconds: Vec<f64>,
    numbers: Vec<f64>,
    /// What is promised stands behind the figures of a burnt budget, not among them.
    factors: bool,
}

impl Done {
    fn by(rule: &Rule, watch: &Monitoring) -> Self {
        let expressions: Vec<&Expr> = watch.resolved(&rule.expression);
        let numbers: Vec<f64> = expressions.iter().flat_map(|it| query::numbers(it)).collect();
        let mut seconds = vec![rule.hold];
        for selector in expressions.iter().flat_map(|it| query::selectors(it)) {
            seconds.extend(selector.range);
            seconds.extend(
                query::matchers(selector, "le")
                    .filter_map(|it| it.value.trim_end_matches("(\\.0)?").parse::<f64>().ok()),
            );
        }
        seconds.extend(&numbers);
        Self { seconds, numbers, factors: rule.name.contains("Budget") }
    }

    fn includes(&self, said: &Said) -> bool {
        let near =
            |all: &[f64], wanted: f64| all.iter().any(|it| (it.abs() - wanted).abs() <= wanted.abs() * 0.006 + 1e-12);
        match said {
            Said::Seconds(seconds, _) => near(&self.seconds, *seconds),
            Said::Percent(percent) => {
                let share = percent / 100.0;
                *percent == 100.0 || [*percent, share, 1.0 - share].iter().any(|it| near(&self.numbers, *it))
            }
            Said::Minute(minute) => near(&self.numbers, *minute),
            Said::Number(number) => self.factors || near(&self.numbers, *number),
        }
    }
}

/// Durations that a text speaks of, in seconds.
pub(super) fn spoken_seconds(text: &str) -> Vec<f64> {
    let of = |said: Said| match said {
        Said::Seconds(seconds, _) => Some(seconds),
        _ => None,
    };
    said(text).into_iter().filter_map(of).collect()
}

/// Figures in a text. What templates fill in, names in backticks, and promises are no figures of the expression.
fn said(text: &str) -> Vec<Said> {
    let text = without(&without(text, "{{", "}}"), "`", "`");
    let sentences = text.split(". ").filter(|sentence| !sentence.contains("promised"));
    let mut found = Vec::new();
    for sentence in sentences {
        let words: Vec<&str> = sentence.split_whitespace().collect();
        for (place, word) in words.iter().enumerate() {
            let word =
                word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric() && letter != '%' && letter != '-');
            // How often something is made or asked for, and how a server should answer, are no figures of the alert.
            let before = place.checked_sub(1).and_then(|before| words.get(before)).copied();
            let is_traffic = words.get(place + 1..place + 4).is_some_and(|next| next == ["requests", "a", "second"]);
            if is_traffic || matches!(before, Some("every" | "Status")) {
                continue;
            }
            found.extend(figure(word, words.get(place + 1).copied().unwrap_or_default()));
        }
    }
    found
}

fn figure(word: &str, next: &str) -> Option<Said> {
    if let Some(percent) = word.strip_suffix('%') {
        return percent.parse().ok().map(Said::Percent);
    }
    if let Some((hour, minute)) = word.split_once(':') {
        return Some(Said::Minute(hour.parse::<f64>().ok()? * 60.0 + minute.parse::<f64>().ok()?));
    }
    if let Ok(number) = word.parse::<f64>() {
        let units = [("day", 86_400.0), ("hour", 3600.0), ("minute", 60.0), ("second", 1.0)];
        let unit = units.iter().find(|(unit, _)| next.trim_end_matches('s').trim_end_matches("s,") == *unit);
        return Some(match unit {
            _ if next.starts_with('%') => Said::Percent(number),
            Some((unit, seconds)) => Said::Seconds(number * seconds, format!("{number} {unit}")),
            None => Said::Number(number),
        });
    }
    let seconds = unit::seconds(word).filter(|_| word.starts_with(|letter: char| letter.is_ascii_digit()))?;
    Some(Said::Seconds(seconds, word.to_owned()))
}

/// A text without what stands between two marks.
fn without(text: &str, from: &str, to: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once(from) {
        kept.push_str(before);
        rest = after.split_once(to).map_or("", |(_, after)| after);
    }
    kept + rest
}
