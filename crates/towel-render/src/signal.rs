//! What Prometheus can see of a service: the series that rules, dashboards and promises are written about.

use std::time::Duration;

use towel_model::{Metrics, Service};

/// Bounds of the clients' default histogram, in seconds.
const DEFAULT_BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The series of a service that tells its requests.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Signal<'a> {
    /// The matcher of its jobs: `job="api"`.
    job: String,
    metrics: &'a Metrics,
}

impl<'a> Signal<'a> {
    /// None for a service without metrics of its own.
    pub(crate) fn of(service: &'a Service) -> Option<Self> {
        let metrics = service.metrics.as_ref()?;
        Some(Self { job: format!("job=\"{}\"", service.name.as_str()), metrics })
    }

    /// The same series of all services whose names match `jobs`, a regular expression, and that call them alike.
    pub(crate) fn across(service: &'a Service, jobs: &str) -> Option<Self> {
        let metrics = service.metrics.as_ref()?;
        Some(Self { job: format!("job=~\"{jobs}\""), metrics })
    }

    /// `http_requests_total{job="api"}`, with `more` matchers such as `status=~"5.."`.
    pub(crate) fn requests(&self, more: &str) -> String {
        self.series(&self.metrics.requests, more)
    }

    /// `http_request_duration_seconds_bucket{job="api"}`.
    pub(crate) fn buckets(&self, more: &str) -> String {
        self.series(&format!("{}_bucket", self.metrics.duration), more)
    }

    /// `http_request_duration_seconds_sum{job="api"}`.
    pub(crate) fn duration_sum(&self) -> String {
        self.series(&format!("{}_sum", self.metrics.duration), "")
    }

    /// `http_request_duration_seconds_count{job="api"}`.
    pub(crate) fn duration_count(&self) -> String {
        self.series(&format!("{}_count", self.metrics.duration), "")
    }

    /// Matchers of an answer that was the service's fault.
    pub(crate) const FAILED: &'static str = "status=~\"5..\"";

    /// The `le` of the bucket that ends at `within`; none when no bucket does, and a share of requests answered in time
    /// can only be estimated.
    pub(crate) fn bound(&self, within: Duration) -> Option<String> {
        let wanted = within.as_secs_f64();
        let found = self.bounds().into_iter().find(|bound| (bound - wanted).abs() < 1e-9)?;
        Some(format!("{found}"))
    }

    /// Upper bounds of the histogram in seconds, rising.
    pub(crate) fn bounds(&self) -> Vec<f64> {
        if self.metrics.buckets.is_empty() {
            return DEFAULT_BUCKETS.to_vec();
        }
        self.metrics.buckets.iter().map(|bound| bound.as_secs_f64()).collect()
    }

    fn series(&self, name: &str, more: &str) -> String {
        let comma = if more.is_empty() { "" } else { ", " };
        format!("{name}{{{}{comma}{more}}}", self.job)
    }
}
