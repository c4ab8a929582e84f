//! The metrics as Prometheus reads them.

use std::fmt::Write;

use super::backend::{BOUNDS, RetryReason, VersionSums};
use super::process::ProcessMetrics;
use crate::plan::Plan;
use crate::plan::registry::{Memory, Registry};

/// What the text is made of.
pub(crate) struct Sources<'a> {
    pub(crate) process: &'a ProcessMetrics,
    pub(crate) registry: &'a Registry,
    pub(crate) plan: &'a Plan,
    pub(crate) connections: usize,
}

/// The media type of the text.
pub(crate) const MEDIA_TYPE: &str = "text/plain; version=0.0.4";

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// All metrics.
pub(crate) fn render(from: &Sources<'_>) -> String {
    let mut text = Text(String::with_capacity(8192));
    process(&mut text, from);
    let memories: Vec<_> = from.registry.memories().collect();
    requests(&mut text, &memories);
    durations(&mut text, &memories);
    in_flight(&mut text, from.plan);
    waiting(&mut text, &memories);
    text.0
}

fn process(text: &mut Text, from: &Sources<'_>) {
    let p = from.process;
    for (name, help, value) in [
        ("connections_accepted_total", "Client connections accepted.", p.accepted.get()),
        ("accept_failures_total", "Client connections that could not be accepted.", p.accept_failures.get()),
        ("tls_handshake_failures_total", "TLS handshakes that failed or took too long.", p.handshake_failures.get()),
        ("malformed_requests_total", "Requests refused because they were malformed.", p.malformed.get()),
        ("unrouted_requests_total", "Requests for which there was no route.", p.unrouted.get()),
        ("clients_gone_total", "Clients that left before their answer was complete.", p.clients_gone.get()),
    ] {
        text.family(name, "counter", help);
        text.sample(name, &[], value as f64);
    }
    for (name, help, value) in [
        ("connections", "Client connections that are open.", from.connections as f64),
        ("table_generation", "Generation of the table in force.", from.plan.table.generation as f64),
    ] {
        text.family(name, "gauge", help);
        text.sample(name, &[], value);
    }
}

fn requests(text: &mut Text, memories: &[(&str, &Memory)]) {
    let name = "requests_total";
    text.family(
        name,
        "counter",
        "Requests by backend, version and class of status; no version: answered by the gateway.",
    );
    for (backend, memory) in memories {
        let versions = memory.versions.iter().map(|v| (v.label.as_str(), v.sums().classes));
        for (version, classes) in versions.chain([("", memory.metrics.own())]) {
            for (class, count) in CLASSES.iter().zip(classes).filter(|(_, count)| *count > 0) {
                text.sample(name, &[("backend", backend), ("version", version), ("code", class)], count as f64);
            }
        }
    }
}

fn durations(text: &mut Text, memories: &[(&str, &Memory)]) {
    let name = "request_duration_seconds";
    text.family(name, "histogram", "Time until the answer began; tunnels and event streams left out.");
    for (backend, memory) in memories {
        for version in &memory.versions {
            histogram(text, name, &[("backend", backend), ("version", &version.label)], &version.sums());
        }
    }
}

fn histogram(text: &mut Text, name: &str, labels: &[(&str, &str)], sums: &VersionSums) {
    let mut count = 0;
    for (bound, n) in BOUNDS.iter().map(ToString::to_string).chain(["+Inf".to_owned()]).zip(sums.buckets) {
        count += n;
        let mut with_bound = labels.to_vec();
        with_bound.push(("le", &bound));
        text.sample(&format!("{name}_bucket"), &with_bound, count as f64);
    }
    text.sample(&format!("{name}_sum"), labels, sums.seconds);
    text.sample(&format!("{name}_count"), labels, count as f64);
}

fn in_flight(text: &mut Text, plan: &Plan) {
    let name = "in_flight";
    text.family(name, "gauge", "Requests, event streams and tunnels under way.");
    for backend in plan.backends.values() {
        for version in &backend.versions {
            let sum: usize = version.targets.iter().map(|t| t.in_flight()).sum();
            text.sample(name, &[("backend", &backend.name), ("version", &version.label)], sum as f64);
        }
    }
}

fn waiting(text: &mut Text, memories: &[(&str, &Memory)]) {
    text.family("retries_total", "counter", "Attempts that were made again, by reason.");
    for (backend, memory) in memories {
        for (reason, word) in RetryReason::ALL {
            text.sample(
                "retries_total",
                &[("backend", backend), ("reason", word)],
                memory.metrics.retries(reason) as f64,
            );
        }
    }
    text.family("held", "gauge", "Requests that wait for a target.");
    for (backend, memory) in memories {
        text.sample("held", &[("backend", backend)], memory.metrics.held() as f64);
    }
    text.family("held_total", "counter", "Requests that had to wait for a target.");
    for (backend, memory) in memories {
        text.sample("held_total", &[("backend", backend)], memory.metrics.held_total() as f64);
    }
    text.family("rate_limited_total", "counter", "Requests refused because their address sent too many.");
    for (backend, memory) in memories {
        text.sample("rate_limited_total", &[("backend", backend)], memory.metrics.rate_limited() as f64);
    }
}

struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        self.0 += &format!("# HELP towel_gateway_{name} {help}\n# TYPE towel_gateway_{name} {kind}\n");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        self.0 += "towel_gateway_";
        self.0 += name;
        for (place, (label, value)) in labels.iter().enumerate() {
            self.0.push(if place == 0 { '{' } else { ',' });
            self.0 += label;
            self.0 += "=\"";
            self.0 += &escaped(value);
            self.0.push('"');
        }
        self.0 += if labels.is_empty() { "" } else { "}" };
        // Writing to a string cannot fail.
        writeln!(self.0, " {value}").expect("a string takes everything");
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
