//! What Prometheus can see of a service: the series that rules, dashboards and promises are written about.

use std::time::Duration;

use towel_model::{Metrics, Service};

/// Bounds of the histogram of towel's gateway, in seconds.
const GATEWAY_BOUNDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The series of a service that tells its requests.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Signal<'a> {
    service: String,
    /// `=~` where `service` is a pattern.
    operator: &'static str,
    source: Source<'a>,
}

/// Who counts.
#[derive(Debug, Clone, PartialEq)]
enum Source<'a> {
    /// The service itself.
    Own(&'a Metrics),
    /// towel's gateway, in front of it.
    Gateway,
}

impl<'a> Signal<'a> {
    /// None for a service without metrics of its own.
    pub(crate) fn of(service: &'a Service) -> Option<Self> {
        let metrics = service.metrics.as_ref()?;
        Some(Self { service: service.name.to_string(), operator: "=", source: Source::Own(metrics) })
    }

    /// The same series of all services whose names match `names`, a regular expression, and that call them alike.
    pub(crate) fn across(mut self, names: &str) -> Self {
        names.clone_into(&mut self.service);
        self.operator = "=~";
        self
    }

    /// Its own metrics, or else what towel's gateway counts in front of it; none for a service that nobody counts for.
    pub(crate) fn measured(service: &'a Service) -> Option<Self> {
        let behind_the_gateway = || {
            service.expose.as_ref()?;
            Some(Self { service: service.name.to_string(), operator: "=", source: Source::Gateway })
        };
        Self::of(service).or_else(behind_the_gateway)
    }

    /// Whether the service counts by itself, so that its instances are scraped.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self.source, Source::Own(_))
    }

    /// `http_requests_total{job="api"}`, with `more` matchers such as `status=~"5.."`.
    pub(crate) fn requests(&self, more: &str) -> String {
        match &self.source {
            Source::Own(metrics) => self.series(&metrics.requests, more),
            Source::Gateway => self.series("towel_gateway_requests_total", more),
        }
    }

    /// Requests whose answer was the service's fault: `http_requests_total{job="api", status=~"5.."}`.
    pub(crate) fn failed(&self) -> String {
        self.requests(match self.source {
            Source::Own(_) => Self::FAILED,
            Source::Gateway => "code=\"5xx\"",
        })
    }

    /// `http_request_duration_seconds_bucket{job="api"}`.
    pub(crate) fn buckets(&self, more: &str) -> String {
        self.series(&format!("{}_bucket", self.duration()), more)
    }

    /// `http_request_duration_seconds_sum{job="api"}`.
    pub(crate) fn duration_sum(&self) -> String {
        self.series(&format!("{}_sum", self.duration()), "")
    }

    /// `http_request_duration_seconds_count{job="api"}`.
    pub(crate) fn duration_count(&self) -> String {
        self.series(&format!("{}_count", self.duration()), "")
    }

    /// Matchers of an answer that was the service's fault, in metrics of its own.
    pub(crate) const FAILED: &'static str = "status=~\"5..\"";

    /// The `le` of the bucket that ends at `within`; none when no bucket does, and a share of requests answered in time
    /// can only be estimated.
    pub(crate) fn bound(&self, within: Duration) -> Option<String> {
        let wanted = within.as_secs_f64();
        let found = self.bounds().into_iter().find(|bound| (bound - wanted).abs() < 1e-9)?;
        Some(format!("{found}"))
    }

    /// The matcher of the bucket that ends at `within`. Clients write a whole second as `1` or as `1.0`.
    pub(crate) fn bucket_matcher(&self, within: Duration) -> Option<String> {
        let bound = self.bound(within)?;
        Some(if bound.contains('.') { format!("le=\"{bound}\"") } else { format!("le=~\"{bound}(\\\\.0)?\"") })
    }

    /// Upper bounds of the histogram in seconds, rising.
    pub(crate) fn bounds(&self) -> Vec<f64> {
        match &self.source {
            Source::Own(metrics) => metrics.bounds().iter().map(Duration::as_secs_f64).collect(),
            Source::Gateway => GATEWAY_BOUNDS.to_vec(),
        }
    }

    /// The label that names the service in its series: `job`, or `backend` in those of the gateway.
    pub(crate) fn level(&self) -> &'static str {
        match self.source {
            Source::Own(_) => "job",
            Source::Gateway => "backend",
        }
    }

    /// `job="api"`.
    pub(crate) fn matcher(&self) -> String {
        format!("{}{}\"{}\"", self.level(), self.operator, self.service)
    }

    fn duration(&self) -> &str {
        match &self.source {
            Source::Own(metrics) => &metrics.duration,
            Source::Gateway => "towel_gateway_request_duration_seconds",
        }
    }

    fn series(&self, name: &str, more: &str) -> String {
        let comma = if more.is_empty() { "" } else { ", " };
        format!("{name}{{{}{comma}{more}}}", self.matcher())
    }
}
