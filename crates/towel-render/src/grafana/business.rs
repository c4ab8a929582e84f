//! What the product is for: the figures that its alerts watch, and whether promises to users are kept.

use towel_model::{Alert, Stack};

use super::dashboard::Dashboard;
use super::family::{families, united};
use super::grid::Row;
use super::panel::{ORANGE, Panel, RED, Unit};
use super::promise::{budget_left, failures, measured, rate};
use crate::quantity::{number, window};
use crate::signal::Signal;

/// More are not read side by side.
const MOST_PROMISES: usize = 40;

/// None when there is neither a figure nor a promise.
pub(super) fn business(stack: &Stack) -> Option<Dashboard> {
    let families = families(stack);
    if families.is_empty() && stack.alerts.is_empty() {
        return None;
    }
    let mut users = Vec::new();
    if !families.is_empty() {
        let (all, failed) = (united(&families, rate), united(&families, failures));
        users.push(
            Panel::graph("Requests, and a week ago", Unit::RequestsPerSecond)
                .about(
                    "Requests a second to all services. A difference to the same time a week ago wants an explanation.",
                )
                .ask(format!("sum({all})"), "now")
                .ask(format!("sum({})", a_week_ago(&all)), "a week ago"),
        );
        users.push(
            Panel::graph("Requests that succeed", Unit::Share)
                .about("The share of all requests that were answered well.")
                .ask(format!("1 - sum({failed}) / sum({all})"), "succeed")
                .unbounded(),
        );
    }
    let about = "The figures that the product is run for, and whether its promises to users are kept.";
    Some(
        Dashboard::new("business", "Business", about)
            .row(Row::new("Figures", 3, figures(stack)))
            .row(Row::new("Users", 2, users))
            .row(Row::new("Promises", 4, promises(stack))),
    )
}

fn a_week_ago(expression: &str) -> String {
    expression.replace("[$__rate_interval]", "[$__rate_interval] offset 1w")
}

/// One panel for each way in which a metric is looked at, with the lines of all alerts on it.
fn figures(stack: &Stack) -> Vec<Panel> {
    let mut seen: Vec<String> = Vec::new();
    let mut panels = Vec::new();
    for alert in &stack.alerts {
        let expression = expression(alert);
        if seen.contains(&expression) {
            continue;
        }
        let same: Vec<&Alert> = stack.alerts.iter().filter(|other| self::expression(other) == expression).collect();
        panels.push(figure(alert, &expression, &same));
        seen.push(expression);
    }
    panels
}

fn expression(alert: &Alert) -> String {
    match &alert.rate {
        Some(over) => format!("sum(rate({}[{}]))", alert.metric.as_str(), window(**over)),
        None => format!("sum({})", alert.metric.as_str()),
    }
}

fn figure(alert: &Alert, expression: &str, alerts: &[&Alert]) -> Panel {
    let metric = alert.metric.trim_end_matches("_total").replace('_', " ");
    let unit = if alert.rate.is_some() { Unit::PerSecond } else { Unit::Count };
    let title = if alert.rate.is_some() { format!("{metric}, a second") } else { metric };
    let mut lines = vec![format!("`{}`, over all instances.", alert.metric.as_str())];
    lines.extend(alerts.iter().map(|alert| watched(alert)));
    let panel = Panel::graph(capital(&title), unit).about(lines.join("\n\n")).ask(expression, "now").unbounded();
    alerts.iter().fold(panel, |panel, alert| marked(panel, alert))
}

fn watched(alert: &Alert) -> String {
    let bound = |word: &str, bound: Option<f64>| bound.map(|bound| format!("{word} {}", number(bound)));
    let below = bound("below", alert.below.as_ref().map(|it| it.value));
    let above = bound("above", alert.above.as_ref().map(|it| it.value));
    let bounds: Vec<String> = below.into_iter().chain(above).collect();
    let hours = alert.during.as_ref().map_or_else(String::new, |during| {
        let time = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        format!(", from {} to {}", time(during.min), time(during.max))
    });
    format!("`{}` fires {} for {}{hours}.", alert.name.as_str(), bounds.join(" or "), window(*alert.hold))
}

/// In a graph whose base is green, everything above a lower bound is green again.
fn marked(panel: Panel, alert: &Alert) -> Panel {
    let panel = match &alert.below {
        Some(below) => panel.rising_to_good().from(**below, "green"),
        None => panel,
    };
    match &alert.above {
        Some(above) => panel.from(**above, RED),
        None => panel,
    }
}

fn promises(stack: &Stack) -> Vec<Panel> {
    let mut panels = Vec::new();
    for (service, slo) in measured(stack) {
        let (Some(signal), Some(availability)) = (Signal::measured(service), &slo.availability) else { continue };
        panels.push(
            Panel::number(format!("{}: budget left", service.name.as_str()), Unit::Share)
                .about(format!(
                    "{}% of requests to `{}` are promised to succeed over {}. This is what is left of the failures that the promise allows; at 0 it is broken.",
                    number(availability.0), service.name.as_str(), window(*slo.over),
                ))
                .ask(budget_left(&signal, slo, availability.share()), "left")
                .unbounded()
                .rising_to_good()
                .from(0.0, ORANGE)
                .from(0.25, "green"),
        );
    }
    // A wall of numbers says nothing; each service's own dashboard has its promise.
    if panels.len() > MOST_PROMISES { Vec::new() } else { panels }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
