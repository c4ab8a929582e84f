//! One service: its requests, its promises, its instances, what it needs, what it says.

use std::time::Duration;

use towel_model::{Service, Slo, Stack};

use super::dashboard::Dashboard;
use super::grid::Row;
use super::panel::{BLUE, ORANGE, Panel, RED, Unit};
use super::promise::{budget_left, burn_rates, coloured_by_failures, durations, failed_share, mean, quantile, rate};
use super::scraped::{self, containers, in_cluster, instance_label};
use crate::names;
use crate::quantity::{number, window};
use crate::signal::Signal;

const HOUR: Duration = Duration::from_secs(3600);

/// The dashboard of one service.
pub(super) fn service(stack: &Stack, service: &Service) -> Dashboard {
    let name = service.name.as_str();
    let about = service
        .description
        .as_ref()
        .map_or_else(|| format!("The service `{name}`."), |about| format!("{}.", about.trim_end_matches('.')));
    let mut dashboard = Dashboard::new(format!("service-{name}"), name, about).with_logs();
    if let Some(signal) = Signal::measured(service) {
        dashboard = dashboard.row(Row::new("Requests", 3, requests(service, &signal)));
        if let Some(slo) = &service.slo {
            dashboard = dashboard.row(Row::new("Promises", 3, promises(service, &signal, slo)));
        }
    }
    dashboard
        .row(Row::new("Instances", 3, instances(stack, service)))
        .row(Row::new("What it needs", 2, needs(stack, service)))
        .row(Row::new("Alerts", 1, vec![alerts(service)]))
        .row(Row::new("Logs", 1, vec![logs(stack, service)]))
}

fn requests(service: &Service, signal: &Signal<'_>) -> Vec<Panel> {
    let slo = service.slo.as_ref();
    let availability = slo.and_then(|slo| Some(slo.availability.as_ref()?.share()));
    // The gateway tells only the first digit of a status, and no methods.
    let (labels, legend) =
        if signal.is_own() { ("method, status", "{{method}} {{status}}") } else { ("code", "{{code}}") };
    let by_status = format!("sum by ({labels}) (rate({}[$__rate_interval]))", signal.requests(""));
    let all = Panel::graph("Requests", Unit::RequestsPerSecond).ask(rate(signal), "requests");
    let all = match slo.and_then(|slo| slo.traffic.as_ref()) {
        Some(traffic) => all
            .about("Requests a second. The line is the traffic that its promise expects.")
            .from(traffic.per_second(), BLUE),
        None => all.about("Requests a second."),
    };
    let failed = Panel::graph("Requests that fail", Unit::Share)
        .about("The share of requests that are answered with a status of 500 or above.")
        .ask(failed_share(signal), "fail");
    vec![
        all,
        coloured_by_failures(failed, availability).open_ended(),
        latency(slo, signal),
        Panel::stacked("By status", Unit::RequestsPerSecond)
            .about("400 and above: the caller's fault. 500 and above: this service's.")
            .ask(by_status, legend),
        Panel::graph("Mean", Unit::Seconds).about("How long an answer takes on average.").ask(mean(signal), "mean"),
        Panel::heatmap("Durations").about("How many requests took how long.").ask(durations(signal), ""),
    ]
}

/// P50, P95 and P99, and a line for each promise.
fn latency(slo: Option<&Slo>, signal: &Signal<'_>) -> Panel {
    let mut panel = Panel::graph("Time to answer", Unit::Seconds);
    for (share, name) in [(0.5, "P50"), (0.95, "P95"), (0.99, "P99")] {
        panel = panel.ask(quantile(signal, share), name);
    }
    let promised = slo.map(|slo| slo.latency.as_slice()).unwrap_or_default();
    let words: Vec<String> = promised
        .iter()
        .map(|(share, within)| format!("P{} within {}", number(share * 100.0), window(**within)))
        .collect();
    let about = "So many of 100 requests are answered within this time.";
    let about = if words.is_empty() { about.to_owned() } else { format!("{about} Promised: {}.", words.join(", ")) };
    promised.iter().fold(panel.about(about), |panel, (_, within)| panel.from(within.as_secs_f64(), RED))
}

fn promises(service: &Service, signal: &Signal<'_>, slo: &Slo) -> Vec<Panel> {
    let Some(availability) = &slo.availability else { return Vec::new() };
    let (share, period) = (availability.share(), window(*slo.over));
    let windows = burn_rates(service, signal, share);
    let speed = Panel::graph("How fast the budget is spent", Unit::Count).about(format!(
        "1: what is left of the budget lasts exactly until the {period} are over. Above the line, 2% of the budget are gone within an hour."
    ));
    let fast = 0.02 * slo.over.as_secs_f64() / HOUR.as_secs_f64();
    vec![
        Panel::number("Budget left", Unit::Share)
            .about(format!(
                "{}% are promised over {period}. This is what is left of the failures that the promise allows.",
                number(availability.0)
            ))
            .ask(budget_left(signal, slo, share), "left")
            .unbounded()
            .rising_to_good()
            .from(0.0, ORANGE)
            .from(0.25, "green"),
        windows
            .into_iter()
            .fold(speed, |panel, (window, expression)| panel.ask(expression, window))
            .from((fast * 10.0).round() / 10.0, RED),
        Panel::graph("Budget over time", Unit::Share)
            .about("How the budget that is left has changed.")
            .ask(budget_left(signal, slo, share), "left")
            .unbounded()
            .rising_to_good()
            .from(0.0, ORANGE)
            .from(0.25, "green"),
    ]
}

fn instances(stack: &Stack, service: &Service) -> Vec<Panel> {
    let (of, label) = (containers(stack, service), instance_label(stack));
    let legend = format!("{{{{{label}}}}}");
    let resources = &service.resources;
    let processor = Panel::graph("Processor", Unit::Cores)
        .about(limit_text("Cores in use, by instance.", resources.cpu.is_some()))
        .ask(format!("sum by ({label}) (rate(container_cpu_usage_seconds_total{{{of}}}[$__rate_interval]))"), &*legend);
    let memory = Panel::graph("Memory", Unit::Bytes)
        .about(limit_text("Memory in use that cannot be given back, by instance.", resources.memory.is_some()))
        .ask(format!("sum by ({label}) (container_memory_working_set_bytes{{{of}}})"), &*legend);
    let mut panels = vec![count(stack, service)];
    panels.push(resources.cpu.iter().fold(processor, |panel, cpu| {
        panel.from(f64::from(cpu.min.0) / 1000.0, BLUE).from(f64::from(cpu.max.0) / 1000.0, RED)
    }));
    panels.push(
        resources
            .memory
            .iter()
            .fold(memory, |panel, memory| panel.from(memory.min.0 as f64, BLUE).from(memory.max.0 as f64, RED)),
    );
    if in_cluster(stack) {
        panels.extend(pods(stack, service));
    }
    panels
}

fn limit_text(text: &str, limited: bool) -> String {
    if limited { format!("{text} The lines are what it asks for, and its limit.") } else { text.to_owned() }
}

fn count(stack: &Stack, service: &Service) -> Panel {
    let name = service.name.as_str();
    let replicas = service.replicas.value;
    let declared = if replicas.min == replicas.max {
        format!("{} declared.", replicas.min)
    } else {
        format!("Between {} and {} declared.", replicas.min, replicas.max)
    };
    let mut about = vec![declared];
    if let Some(metrics) = &service.metrics {
        about.push(format!("Up: those whose `{}` Prometheus can read.", metrics.path));
    }
    if let Some(scale_on) = &service.scale_on {
        let share =
            |what: &str, share: Option<f64>| share.map(|share| format!("{}% of the {what} asked for", number(share)));
        let cpu = share("processor", scale_on.cpu.as_ref().map(|it| it.0));
        let memory = share("memory", scale_on.memory.as_ref().map(|it| it.0));
        let above: Vec<String> = cpu.into_iter().chain(memory).collect();
        about.push(format!("More are started above {}.", above.join(" or ")));
    }
    let panel = Panel::graph("Instances", Unit::Count)
        .about(about.join(" "))
        .from(f64::from(replicas.min), "green")
        .rising_to_good();
    let panel = if in_cluster(stack) {
        panel.ask(
            format!(
                "kube_deployment_status_replicas_ready{{namespace=\"{}\", deployment=\"{name}\"}}",
                names::namespace(stack)
            ),
            "ready",
        )
    } else {
        panel.ask(format!("count(container_last_seen{{{}}})", containers(stack, service)), "running")
    };
    if service.metrics.is_some() { panel.ask(format!("sum(up{{job=\"{name}\"}})"), "up") } else { panel }
}

fn pods(stack: &Stack, service: &Service) -> Vec<Panel> {
    let of = containers(stack, service);
    let waited = format!("sum by (pod) (rate(container_cpu_cfs_throttled_periods_total{{{of}}}[$__rate_interval]))");
    let periods = format!("sum by (pod) (rate(container_cpu_cfs_periods_total{{{of}}}[$__rate_interval]))");
    vec![
        Panel::graph("Restarts", Unit::Count)
            .about("How often each pod was started again within ten minutes. Three times is a crash loop.")
            .ask(format!("sum by (pod) (increase(kube_pod_container_status_restarts_total{{{of}}}[10m]))"), "{{pod}}")
            .from(1.0, ORANGE)
            .from(3.0, RED),
        Panel::graph("Held back", Unit::Share)
            .about("The share of time slices in which a pod had to wait because it was at its limit of processor time.")
            .ask(format!("{waited} / {periods}"), "{{pod}}")
            .from(0.25, ORANGE),
    ]
}

fn needs(stack: &Stack, service: &Service) -> Vec<Panel> {
    let mut panel = Panel::states("What it needs").about("Whether each service and datastore that it needs is up.");
    let mut any = false;
    for need in &service.needs {
        let up = match (stack.service(need), stack.datastore(need)) {
            (Some(other), _) if other.metrics.is_some() => format!("max(up{{job=\"{}\"}})", need.as_str()),
            (_, Some(_)) => match scraped::datastores(stack).find(|it| it.name.value == need.value) {
                Some(datastore) => format!("min({})", scraped::up(datastore)),
                None => continue,
            },
            _ => continue,
        };
        panel = panel.ask(up, need.as_str());
        any = true;
    }
    if any { vec![panel] } else { Vec::new() }
}

fn alerts(service: &Service) -> Panel {
    Panel::table("Alerts of this service")
        .about("Those that fire, or will fire if their cause lasts. Each has a runbook of its name.")
        .ask(format!("sum by (alertname, severity, alertstate) (ALERTS{{service=\"{}\"}})", service.name.as_str()), "")
}

fn logs(stack: &Stack, service: &Service) -> Panel {
    let (product, environment) = (stack.name.as_str(), stack.environment.name.as_str());
    let name = service.name.as_str();
    let selector = format!("{{product=\"{product}\", environment=\"{environment}\", service=\"{name}\"}}");
    Panel::logs("Logs").about("What its instances print, newest first.").ask(selector, "")
}
