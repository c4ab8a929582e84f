//! What the blackbox exporter asks: one module for each status that probes expect.

use std::collections::BTreeSet;
use std::time::Duration;

use towel_model::Stack;

use crate::alarm::{Asked, asked};
use crate::yaml::{Map, Yaml};

/// Beyond it Prometheus would forget an answer before the next.
pub(super) const SLOWEST: Duration = Duration::from_secs(120);

/// The configuration of the blackbox exporter.
pub(super) fn document(stack: &Stack) -> Yaml {
    let statuses: BTreeSet<u16> = asked(stack).map(|asked| asked.probe.expect.value).collect();
    let modules: Map = statuses.into_iter().map(|status| (name(status), module(status))).collect();
    Map::new().with("modules", modules).into()
}

fn module(status: u16) -> Map {
    let http = Map::new()
        .with("valid_status_codes", Yaml::row([status]))
        // Where a redirection is expected, it must not be followed.
        .with("follow_redirects", !(300..400).contains(&status))
        .with("preferred_ip_protocol", "ip4");
    Map::new().with("prober", "http").with("http", http)
}

fn name(status: u16) -> String {
    format!("http_{status}")
}

/// One group of targets: a URL, how it is asked and how often.
pub(super) fn target(asked: &Asked<'_>) -> Map {
    let every = (*asked.probe.every).min(SLOWEST);
    let labels = Map::new()
        .with("__param_module", name(asked.probe.expect.value))
        .with("__scrape_interval__", crate::quantity::duration(every))
        .with("__scrape_timeout__", crate::quantity::duration(every.min(Duration::from_secs(10))));
    Map::new().with("targets", vec![asked.url.clone()]).with("labels", labels)
}
