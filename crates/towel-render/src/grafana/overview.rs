//! The overview: is everything well, and if not, where to look.

use towel_model::Stack;

use super::dashboard::Dashboard;
use super::family::{families, united};
use super::grid::Row;
use super::panel::{ORANGE, Panel, RED, Unit};
use super::promise::{
    coloured_by_failures, failed_share, failures, quantile, rate, strictest_availability, strictest_latency,
};
use super::scraped;
use crate::names;
use crate::quantity::window;

/// The first dashboard that anybody opens.
pub(super) fn overview(stack: &Stack) -> Dashboard {
    let about = stack.description.as_ref().map_or_else(String::new, |about| format!("{}. ", about.value));
    let about = format!("{about}Whether everything is well, and where to look if not.");
    Dashboard::new("overview", "Overview", about)
        .row(Row::new("Now", 4, now(stack)))
        .row(Row::new("What answers", 2, states(stack)))
        .row(Row::new("Requests", 3, requests(stack)))
        .row(Row::new("From outside", 2, outside(stack)))
        .row(Row::new("Alerts", 1, vec![alerts()]))
}

fn now(stack: &Stack) -> Vec<Panel> {
    let families = families(stack);
    let firing = Panel::number("Alerts firing", Unit::Count)
        .about("Critical alerts and warnings that fire now.")
        .ask("count(ALERTS{alertstate=\"firing\", severity=~\"critical|warning\"}) or vector(0)", "")
        .from(1.0, RED);
    if families.is_empty() {
        return vec![firing];
    }
    let all = united(&families, rate);
    let share = format!("sum({}) / sum({all})", united(&families, failures));
    let failed = Panel::number("Requests that fail", Unit::Share)
        .about("The share of all requests that are answered with a status of 500 or above. Green while it is within the strictest error budget.")
        .ask(share, "");
    let slowest = Panel::number("Slowest service's P95", Unit::Seconds)
        .about("95 of 100 requests are answered within this time, by the service for which it is longest.")
        .ask(format!("max({})", united(&families, |signal| quantile(signal, 0.95))), "");
    vec![
        Panel::number("Requests", Unit::RequestsPerSecond)
            .about("Requests a second to all services.")
            .ask(format!("sum({all})"), ""),
        coloured_by_failures(failed, strictest_availability(stack)).open_ended(),
        strictest_latency(stack).into_iter().fold(slowest, |panel, within| panel.from(within, RED)),
        firing,
    ]
}

fn states(stack: &Stack) -> Vec<Panel> {
    let mut panels = Vec::new();
    let services: Vec<&str> =
        stack.services.iter().filter(|it| it.metrics.is_some()).map(|it| it.name.as_str()).collect();
    if !services.is_empty() {
        let up = format!("max by (job) (up{{job=~\"{}\"}})", services.join("|"));
        let about = "Up while at least one instance of the service lets its metrics be read.";
        panels.push(Panel::states("Services").about(about).ask(up, "{{job}}"));
    }
    let mut datastores = Panel::states("Datastores").about("Up while the datastore answers its exporter.");
    let scraped: Vec<_> = scraped::datastores(stack).collect();
    for datastore in &scraped {
        datastores = datastores.ask(format!("min({})", scraped::up(datastore)), datastore.name.as_str());
    }
    panels.extend((!scraped.is_empty()).then_some(datastores));
    panels
}

fn requests(stack: &Stack) -> Vec<Panel> {
    let families = families(stack);
    if families.is_empty() {
        return Vec::new();
    }
    let failed = Panel::graph("Requests that fail", Unit::Share)
        .about("The share of requests that are answered with a status of 500 or above.")
        .ask(united(&families, failed_share), "{{job}}");
    let slow = Panel::graph("P95", Unit::Seconds)
        .about("95 of 100 requests are answered within this time. The line is the strictest promise.")
        .ask(united(&families, |signal| quantile(signal, 0.95)), "{{job}}");
    vec![
        Panel::stacked("Requests", Unit::RequestsPerSecond)
            .about("Requests a second.")
            .ask(united(&families, rate), "{{job}}"),
        coloured_by_failures(failed, strictest_availability(stack)).open_ended(),
        strictest_latency(stack).into_iter().fold(slow, |panel, within| panel.from(within, RED)),
    ]
}

fn outside(stack: &Stack) -> Vec<Panel> {
    if stack.probes.is_empty() {
        return Vec::new();
    }
    let ends = Panel::graph("Certificates end in", Unit::Seconds)
        .about("Time until the certificate of each address ends. They are renewed in time, or somebody is told.")
        .ask("probe_ssl_earliest_cert_expiry - time()", "{{instance}}")
        .from(7.0 * 86_400.0, ORANGE)
        .from(14.0 * 86_400.0, "green")
        .rising_to_good();
    vec![
        Panel::states("Addresses").about(asked(stack)).ask("probe_success", "{{instance}}"),
        Panel::graph("Time to answer", Unit::Seconds)
            .about("How long each address took to answer, from outside.")
            .ask("probe_duration_seconds", "{{instance}}"),
        ends,
    ]
}

/// Which addresses, and how often.
fn asked(stack: &Stack) -> String {
    let mut lines = vec!["Whether each address answers as it should, asked from outside:".to_owned()];
    lines.extend(stack.probes.iter().map(|probe| {
        let url = names::in_environment(&probe.url, stack).unwrap_or_else(|| probe.url.text.clone());
        format!("{url} every {} with {}.", window(*probe.every), probe.expect.value)
    }));
    lines.join("\n\n")
}

fn alerts() -> Panel {
    Panel::table("Alerts")
        .about("Alerts that fire, or will fire if their cause lasts. Each has a runbook of its name.")
        .ask("sum by (alertname, severity, alertstate, job) (ALERTS)", "")
}
