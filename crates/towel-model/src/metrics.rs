//! Where a service's Prometheus metrics are, and what those of its requests are called.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use towel_source::{Node, Spanned, Value};

use crate::key::{Kind, Read, Reader, either, keys};
use crate::word::{Interval, MetricName, Path, Word};

/// Where a service's Prometheus metrics are, and what those of its requests are called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Recorded")]
pub struct Metrics {
    /// Path under which they are fetched.
    pub path: String,
    /// Name of the counter of requests, with labels `status` and `method`.
    pub requests: String,
    /// Name of the histogram of how long requests take, in seconds and without `_bucket`.
    pub duration: String,
    /// Upper bounds of the histogram's buckets. Empty: not declared, the defaults of Prometheus' clients are assumed.
    pub buckets: Vec<Spanned<Duration>>,
}

/// Buckets of a histogram whose own are not declared, in milliseconds: the defaults of Prometheus' clients.
const DEFAULT_BUCKETS: [u64; 11] = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
const REQUESTS: &str = "http_requests_total";
const DURATION: &str = "http_request_duration_seconds";

impl Metrics {
    /// Those under a path, called as most clients call them.
    pub fn under(path: impl Into<String>) -> Self {
        Self { path: path.into(), requests: REQUESTS.to_owned(), duration: DURATION.to_owned(), buckets: Vec::new() }
    }

    /// Upper bounds of the buckets in rising order: the declared ones, or those that are assumed.
    pub fn bounds(&self) -> Vec<Duration> {
        if self.buckets.is_empty() {
            return DEFAULT_BUCKETS.map(Duration::from_millis).to_vec();
        }
        let mut bounds: Vec<Duration> = self.buckets.iter().map(|bucket| bucket.value).collect();
        bounds.sort_unstable();
        bounds
    }
}

/// Metrics as journals hold them: those before there was more to say hold the path alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Recorded {
    Path(String),
    Whole { path: String, requests: String, duration: String, buckets: Vec<Spanned<Duration>> },
}

impl From<Recorded> for Metrics {
    fn from(recorded: Recorded) -> Self {
        match recorded {
            Recorded::Path(path) => Self::under(path),
            Recorded::Whole { path, requests, duration, buckets } => Self { path, requests, duration, buckets },
        }
    }
}

keys! {
    /// Where a service's Prometheus metrics are, and what those of its requests are called.
    MetricsKeys = "metrics" {
        /// Path under which they are fetched.
        path: Path, default "`/metrics`";
        /// Name of the counter of requests. Its label `status` holds the HTTP status.
        requests: MetricName, default "`http_requests_total`";
        /// Name of the histogram of how long requests take, in seconds and without `_bucket`.
        duration: MetricName, default "`http_request_duration_seconds`";
        /// Upper bounds of the histogram's buckets. A promised latency is measured at one of them.
        buckets: Vec<Spanned<Interval>>, default "5ms 10ms 25ms 50ms 100ms 250ms 500ms 1s 2.5s 5s 10s";
    }
}

impl Read for Metrics {
    fn kind() -> Kind {
        either(Kind::Word(Path::about()), MetricsKeys::kind())
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            Value::Mapping(_) => MetricsKeys::read(node, reader).map(MetricsKeys::build),
            Value::Scalar(_) => Path::read(node, reader).map(|path| Self::under(path.0)),
            _ => {
                reader.wrong_type(node, &Self::kind());
                None
            }
        }
    }
}

impl MetricsKeys {
    fn build(self) -> Metrics {
        let buckets = self.buckets.unwrap_or_default();
        Metrics {
            path: self.path.map_or_else(|| "/metrics".to_owned(), |path| path.0),
            requests: self.requests.map_or_else(|| REQUESTS.to_owned(), |name| name.0),
            duration: self.duration.map_or_else(|| DURATION.to_owned(), |name| name.0),
            buckets: buckets.into_iter().map(|bucket| bucket.map(|bucket| bucket.0)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_that_holds_the_path_alone_is_still_read() {
        let old: Metrics = serde_json::from_str("\"/metrics\"").unwrap();
        assert_eq!(old, Metrics::under("/metrics"));
        let new: Metrics = serde_json::from_str(&serde_json::to_string(&old).unwrap()).unwrap();
        assert_eq!(new, old);
    }

    #[test]
    fn buckets_that_are_not_declared_are_the_clients_defaults() {
        let mut metrics = Metrics::under("/metrics");
        assert_eq!(metrics.bounds().len(), 11);
        metrics.buckets = vec![Duration::from_secs(1).into(), Duration::from_millis(50).into()];
        assert_eq!(metrics.bounds(), [Duration::from_millis(50), Duration::from_secs(1)]);
    }
}
