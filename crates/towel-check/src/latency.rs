//! Promised latencies beside the buckets in which they are measured.

use std::time::Duration;

use towel_model::{Metrics, Service, Stack};
use towel_source::Spanned;

use crate::phrase::{duration, figure};

/// A promised latency of a service that has a histogram.
pub(crate) struct Promise<'a> {
    pub(crate) service: &'a Service,
    pub(crate) metrics: &'a Spanned<Metrics>,
    quantile: f64,
    pub(crate) within: &'a Spanned<Duration>,
    /// Bounds of the buckets, rising.
    pub(crate) bounds: Vec<Duration>,
}

/// All of them.
pub(crate) fn promises(stack: &Stack) -> impl Iterator<Item = Promise<'_>> {
    let with_both =
        stack.services.iter().filter_map(|service| Some((service, service.metrics.as_ref()?, service.slo.as_ref()?)));
    with_both.flat_map(|(service, metrics, slo)| {
        slo.latency.iter().map(move |(quantile, within)| Promise {
            service,
            metrics,
            quantile: *quantile,
            within,
            bounds: metrics.bounds(),
        })
    })
}

impl Promise<'_> {
    /// `p95`.
    pub(crate) fn name(&self) -> String {
        format!("p{}", figure(self.quantile * 100.0, 2))
    }

    /// Whether the file says what the buckets are; else the defaults of Prometheus' clients are assumed.
    pub(crate) fn is_declared(&self) -> bool {
        !self.metrics.buckets.is_empty()
    }

    /// What is said beside the metrics.
    pub(crate) fn label(&self) -> &'static str {
        if self.is_declared() {
            "its buckets"
        } else {
            "no `buckets:`, so those that clients have by default are assumed"
        }
    }

    /// `50ms 100ms 250ms`.
    pub(crate) fn buckets(&self) -> String {
        self.bounds.iter().map(|bound| duration(*bound)).collect::<Vec<_>>().join(" ")
    }
}
