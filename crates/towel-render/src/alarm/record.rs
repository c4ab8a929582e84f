//! Recording rules: what several alerts and dashboards ask again and again.

use std::time::Duration;

use towel_model::{Service, Stack};

use super::clock::{Clock, MINUTE_OF_DAY};
use super::promise::{Promise, error_ratio};
use super::service::ERRORS_OVER;
use crate::quantity::window;
use crate::signal::Signal;

/// A recording rule.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    /// `job:request_errors:ratio_rate5m`: level, metric, operations.
    pub(crate) name: String,
    /// PromQL.
    pub(crate) expression: String,
    /// Whether it looks back so far that once a minute is often enough.
    pub(crate) is_slow: bool,
}

/// The recording rules of a service.
pub(crate) fn records(service: &Service) -> Vec<Record> {
    let Some(signal) = Signal::measured(service) else { return Vec::new() };
    let promise = service.slo.as_ref().and_then(|slo| Promise::of(service, slo, &signal));
    let windows = promise.iter().flat_map(|promise| promise.windows().collect::<Vec<_>>());
    let mut over: Vec<Duration> = windows.flat_map(|(window, _)| [window.short, window.long]).collect();
    over.push(ERRORS_OVER);
    over.sort_unstable();
    over.dedup();
    over.into_iter().map(|over| failed_share(&signal, over)).collect()
}

/// Failed requests are added before they are divided by all; a service that never failed has a share of 0, not none.
fn failed_share(signal: &Signal<'_>, over: Duration) -> Record {
    let (level, range) = (signal.level(), window(over));
    let sum = |series: String| format!("sum by ({level}) (rate({series}[{range}]))");
    let (failed, all) = (sum(signal.failed()), sum(signal.requests("")));
    Record {
        name: error_ratio(signal, over),
        expression: format!("(\n  {failed}\n  or 0 * {all}\n)\n/ {all}"),
        is_slow: over >= Duration::from_secs(3600),
    }
}

/// The local time of day, when a declared alert asks for it.
pub(crate) fn clock_record(stack: &Stack) -> Option<Record> {
    stack.alerts.iter().any(|alert| alert.during.is_some()).then(|| Record {
        name: MINUTE_OF_DAY.to_owned(),
        expression: Clock::of(&stack.timezone).minute_of_day(),
        is_slow: false,
    })
}
