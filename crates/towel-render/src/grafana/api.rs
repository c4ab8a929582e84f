//! Performance: how many requests, how many fail, and how long they take, for services that the reader chooses.

use towel_model::Stack;

use super::dashboard::Dashboard;
use super::family::{Family, chosen, families};
use super::grid::Row;
use super::panel::{Panel, RED, Unit};
use super::promise::{
    coloured_by_failures, durations, failed_share, mean, quantile, rate, strictest_availability, strictest_latency,
};
use crate::signal::Signal;

/// None when no service tells of its requests.
pub(super) fn performance(stack: &Stack) -> Option<Dashboard> {
    let families = families(stack);
    let services: Vec<String> =
        stack.services.iter().filter(|it| Signal::measured(it).is_some()).map(|it| it.name.to_string()).collect();
    let about = "How many requests there are, how many fail and how long they take. Choose services at the top.";
    (!families.is_empty()).then(|| {
        Dashboard::new("api-performance", "API performance", about)
            .choosing(services)
            .row(Row::new("Requests", 3, requests(&families, stack)))
            .row(Row::new("Time to answer", 3, latency(&families, stack)))
            .row(Row::new("All durations", 1, vec![heatmap(&families)]))
    })
}

fn requests(families: &[Family<'_>], stack: &Stack) -> Vec<Panel> {
    let by_status = chosen(families, statuses);
    let failed = Panel::graph("Requests that fail", Unit::Share)
        .about("The share of requests that are answered with a status of 500 or above. The lines are the strictest error budget, and ten times as much.")
        .ask(chosen(families, failed_share), "{{job}}");
    vec![
        Panel::stacked("Requests", Unit::RequestsPerSecond)
            .about("Requests a second, by service.")
            .ask(chosen(families, rate), "{{job}}"),
        coloured_by_failures(failed, strictest_availability(stack)).open_ended(),
        Panel::stacked("Answers by status", Unit::RequestsPerSecond)
            .about("400 and above: the caller's fault. 500 and above: ours.")
            .ask(by_status, "{{status}}"),
    ]
}

/// The gateway tells only the first digit of a status.
fn statuses(signal: &Signal<'_>) -> String {
    let (all, label) = (signal.requests(""), if signal.is_own() { "status" } else { "code" });
    let sum = format!("sum by ({label}) (rate({all}[$__rate_interval]))");
    if signal.is_own() { sum } else { format!("label_replace({sum}, \"status\", \"$1\", \"code\", \"(.+)\")") }
}

fn latency(families: &[Family<'_>], stack: &Stack) -> Vec<Panel> {
    let quantiles = [(0.5, "P50", "Half"), (0.95, "P95", "95 of 100"), (0.99, "P99", "99 of 100")];
    let mut panels: Vec<Panel> = quantiles
        .into_iter()
        .map(|(share, name, words)| {
            Panel::graph(name, Unit::Seconds)
                .about(format!("{words} of the requests are answered within this time."))
                .ask(chosen(families, |signal| quantile(signal, share)), "{{job}}")
        })
        .collect();
    if let (Some(within), Some(panel)) = (strictest_latency(stack), panels.get_mut(1)) {
        *panel = panel.clone().from(within, RED);
    }
    panels.push(
        Panel::graph("Mean", Unit::Seconds)
            .about("The average. It hides slow requests; the quantiles show them.")
            .ask(chosen(families, mean), "{{job}}"),
    );
    panels
}

fn heatmap(families: &[Family<'_>]) -> Panel {
    Panel::heatmap("Durations")
        .about("How many requests took how long. Two bands mean two kinds of requests, one of them slow.")
        .ask(chosen(families, durations), "")
}
