//! Requests counted and timed, in the text format that Prometheus reads.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::time::Duration;

const BOUNDS: [f64; 10] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

#[derive(Debug, Default)]
struct Histogram {
    buckets: [u64; BOUNDS.len()],
    sum: f64,
    count: u64,
}

#[derive(Debug, Default)]
struct Figures {
    requests: BTreeMap<(String, u16, &'static str), u64>,
    durations: BTreeMap<(String, &'static str), Histogram>,
    orders: u64,
}

/// What a service has counted since it started.
#[derive(Debug, Default)]
pub(crate) struct Metrics(Mutex<Figures>);

impl Metrics {
    /// Counts an answered request. `path` is the route, not what was asked, so that labels stay few.
    pub(super) fn answered(&self, method: &str, path: &'static str, status: u16, took: Duration) {
        let mut figures = self.0.lock().expect("counting does not panic");
        *figures.requests.entry((method.to_owned(), status, path)).or_default() += 1;
        let histogram = figures.durations.entry((method.to_owned(), path)).or_default();
        for (bucket, bound) in histogram.buckets.iter_mut().zip(BOUNDS) {
            *bucket += u64::from(took.as_secs_f64() <= bound);
        }
        histogram.sum += took.as_secs_f64();
        histogram.count += 1;
    }

    /// Counts a new order.
    pub(crate) fn ordered(&self) {
        self.0.lock().expect("counting does not panic").orders += 1;
    }

    /// All of it as text.
    pub(crate) fn render(&self) -> String {
        let figures = self.0.lock().expect("counting does not panic");
        let mut text = String::new();
        let written = write_requests(&mut text, &figures)
            .and_then(|()| write_durations(&mut text, &figures))
            .and_then(|()| write_orders(&mut text, figures.orders));
        written.expect("a String takes whatever is written to it");
        text
    }
}

fn write_requests(text: &mut String, figures: &Figures) -> std::fmt::Result {
    writeln!(text, "# HELP http_requests_total Requests answered.\n# TYPE http_requests_total counter")?;
    for ((method, status, path), count) in &figures.requests {
        writeln!(text, "http_requests_total{{method=\"{method}\",status=\"{status}\",path=\"{path}\"}} {count}")?;
    }
    Ok(())
}

fn write_durations(text: &mut String, figures: &Figures) -> std::fmt::Result {
    const NAME: &str = "http_request_duration_seconds";
    writeln!(text, "# HELP {NAME} Time from the request's head to the answer's.\n# TYPE {NAME} histogram")?;
    for ((method, path), histogram) in &figures.durations {
        let labels = format!("method=\"{method}\",path=\"{path}\"");
        for (bound, count) in BOUNDS.iter().zip(histogram.buckets) {
            writeln!(text, "{NAME}_bucket{{{labels},le=\"{bound}\"}} {count}")?;
        }
        writeln!(text, "{NAME}_bucket{{{labels},le=\"+Inf\"}} {}", histogram.count)?;
        writeln!(text, "{NAME}_sum{{{labels}}} {}", histogram.sum)?;
        writeln!(text, "{NAME}_count{{{labels}}} {}", histogram.count)?;
    }
    Ok(())
}

fn write_orders(text: &mut String, orders: u64) -> std::fmt::Result {
    writeln!(text, "# HELP pizzeria_orders_total Orders taken.\n# TYPE pizzeria_orders_total counter")?;
    writeln!(text, "pizzeria_orders_total {orders}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_cumulative_and_end_with_the_count() {
        let metrics = Metrics::default();
        metrics.answered("GET", "/menu", 200, Duration::from_millis(3));
        metrics.answered("GET", "/menu", 500, Duration::from_secs(9));
        metrics.ordered();
        let text = metrics.render();
        for line in [
            "http_requests_total{method=\"GET\",status=\"200\",path=\"/menu\"} 1",
            "http_requests_total{method=\"GET\",status=\"500\",path=\"/menu\"} 1",
            "http_request_duration_seconds_bucket{method=\"GET\",path=\"/menu\",le=\"0.001\"} 0",
            "http_request_duration_seconds_bucket{method=\"GET\",path=\"/menu\",le=\"0.005\"} 1",
            "http_request_duration_seconds_bucket{method=\"GET\",path=\"/menu\",le=\"5\"} 1",
            "http_request_duration_seconds_bucket{method=\"GET\",path=\"/menu\",le=\"+Inf\"} 2",
            "http_request_duration_seconds_count{method=\"GET\",path=\"/menu\"} 2",
            "pizzeria_orders_total 1",
        ] {
            assert!(text.lines().any(|found| found == line), "no line `{line}` in\n{text}");
        }
    }
}
