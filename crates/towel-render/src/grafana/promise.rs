//! What services promise and what becomes of it, as expressions: rates, shares of failures, quantiles, budgets.

use towel_model::{Service, Slo, Stack};

use super::panel::{ORANGE, Panel, RED};
use crate::alarm::{Record, records};
use crate::quantity::{number, window};
use crate::signal::Signal;

/// The window that fits what the reader looks at.
const WINDOW: &str = "[$__rate_interval]";

/// Requests a second, by service.
pub(super) fn rate(signal: &Signal<'_>) -> String {
    rate_of(signal, &signal.requests(""))
}

/// Requests that failed a second, by service; nothing failed is 0, not nothing.
pub(super) fn failures(signal: &Signal<'_>) -> String {
    failures_over(signal, WINDOW)
}

fn failures_over(signal: &Signal<'_>, window: &str) -> String {
    let (failed, all, level) = (signal.failed(), signal.requests(""), signal.level());
    format!("(sum by ({level}) (rate({failed}{window})) or 0 * sum by ({level}) (rate({all}{window})))")
}

/// The share of requests that failed, by service.
pub(super) fn failed_share(signal: &Signal<'_>) -> String {
    failed_share_over(signal, WINDOW)
}

fn failed_share_over(signal: &Signal<'_>, window: &str) -> String {
    let (level, all) = (signal.level(), signal.requests(""));
    format!("{} / sum by ({level}) (rate({all}{window}))", failures_over(signal, window))
}

/// How long the slowest of that share of requests took, by service.
pub(super) fn quantile(signal: &Signal<'_>, share: f64) -> String {
    let rates = format!("sum by ({}, le) (rate({}{WINDOW}))", signal.level(), signal.buckets(""));
    format!("histogram_quantile({}, {rates})", number(share))
}

/// How long a request took on average, by service.
pub(super) fn mean(signal: &Signal<'_>) -> String {
    format!("{} / {}", rate_of(signal, &signal.duration_sum()), rate_of(signal, &signal.duration_count()))
}

/// How often each duration occurs.
pub(super) fn durations(signal: &Signal<'_>) -> String {
    format!("sum by (le) (increase({}{WINDOW}))", signal.buckets(""))
}

/// The share of an availability's error budget that is left of the period that ends now.
pub(super) fn budget_left(signal: &Signal<'_>, slo: &Slo, availability: f64) -> String {
    let period = format!("[{}]", window(*slo.over));
    format!("1 - ({}) / {}", failed_share_over(signal, &period), budget(availability))
}

/// How many times faster than evenly the budget is spent, over each window that alerts look at: name and expression.
pub(super) fn burn_rates(service: &Service, signal: &Signal<'_>, availability: f64) -> Vec<(String, String)> {
    let named = |record: Record| {
        let window = record.name.rsplit_once("rate").map_or("", |(_, window)| window).to_owned();
        (window, format!("{}{{{}}} / {}", record.name, signal.matcher(), budget(availability)))
    };
    records(service).into_iter().map(named).collect()
}

fn rate_of(signal: &Signal<'_>, series: &str) -> String {
    format!("sum by ({}) (rate({series}{WINDOW}))", signal.level())
}

/// `0.001` for 99.9 %, without what floating point adds.
pub(super) fn budget(availability: f64) -> String {
    number(((1.0 - availability) * 1e9).round() / 1e9)
}

/// The strictest availability that is promised by any of the services.
pub(super) fn strictest_availability(stack: &Stack) -> Option<f64> {
    let all = measured(stack).filter_map(|(_, slo)| Some(slo.availability.as_ref()?.share()));
    all.max_by(f64::total_cmp)
}

/// The shortest time within which any of the services promises to answer.
pub(super) fn strictest_latency(stack: &Stack) -> Option<f64> {
    let all = measured(stack).flat_map(|(_, slo)| slo.latency.iter().map(|(_, within)| within.as_secs_f64()));
    all.min_by(f64::total_cmp)
}

/// Services with promises that can be measured.
pub(super) fn measured(stack: &Stack) -> impl Iterator<Item = (&Service, &Slo)> {
    let counted = stack.services.iter().filter(|service| Signal::measured(service).is_some());
    counted.filter_map(|service| Some((service, service.slo.as_ref()?)))
}

/// Colours of a share of failures: from where it spends the budget faster than evenly, and ten times as fast.
/// Without a promise, one and five in a hundred.
pub(super) fn coloured_by_failures(panel: Panel, availability: Option<f64>) -> Panel {
    let (orange, red) = availability.map_or((0.01, 0.05), |share| (1.0 - share, (10.0 * (1.0 - share)).min(1.0)));
    let exact = |value: f64| (value * 1e9).round() / 1e9;
    panel.from(exact(orange), ORANGE).from(exact(red), RED)
}
