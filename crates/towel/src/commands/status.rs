//! `towel status`: what runs, which versions, and how rollouts stand.

use jiff::Timestamp;
use towel_engine::{Instance, Phase};
use towel_rollout::driver::{Cohort, RolloutStatus};

use crate::client::Client;
use crate::exit::Status;
use crate::show::{Columns, Live, Paint, Terminal, age, millis, output, percent};
use crate::supervisor::wire::{ServiceView, StatusView};

/// How often a watched status is looked at.
const WATCH: std::time::Duration = std::time::Duration::from_millis(500);

/// Shows the environment, once or until interrupted.
pub(crate) async fn status(client: &Client, watch: bool, json: bool) -> anyhow::Result<Status> {
    let mut live = Live::new(Terminal::of_output());
    loop {
        let view: StatusView = client.get("/v1/status").await?;
        match (json, watch) {
            (true, true) => output::json_line(&view)?,
            (true, false) => output::json(&view)?,
            (false, true) => live.show(&lines(&view, Terminal::of_output()))?,
            (false, false) => print(&view, Terminal::of_output())?,
        }
        if !watch {
            return Ok(Status::Done);
        }
        tokio::time::sleep(WATCH).await;
    }
}

/// Prints it once.
pub(crate) fn print(view: &StatusView, terminal: Terminal) -> std::io::Result<()> {
    output::lines(&lines(view, terminal))
}

/// What is not as it shall be, a line each; nothing when all is well and nothing is being shipped.
pub(crate) fn missing(view: &StatusView) -> Vec<String> {
    let mut missing: Vec<String> = view.trouble.iter().cloned().collect();
    for datastore in view.datastores.iter().filter(|datastore| datastore.state.phase != Phase::Ready) {
        missing.push(format!(
            "{}: {}{}",
            datastore.name,
            phase(datastore.state.phase),
            reason(&datastore.state.reason)
        ));
    }
    for service in view.services.iter().filter(|service| !service.status.is_settled()) {
        let status = &service.status;
        let mut reasons: Vec<String> =
            status.instances.iter().filter(|instance| !instance.is_ready()).map(situation).collect();
        reasons.extend(status.rollout.iter().map(under_way));
        let reasons = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join("; ")) };
        missing.push(format!("{}: {} of {} ready{reasons}", status.service, status.ready, status.desired));
    }
    missing
}

fn reason(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(", {reason}") }
}

fn under_way(rollout: &RolloutStatus) -> String {
    let waits = if rollout.waiting_for.is_empty() { "" } else { ", waits for " };
    format!("`{}` gets {} of requests{waits}{}", rollout.version, percent(rollout.share), rollout.waiting_for)
}

fn situation(instance: &Instance) -> String {
    let mut words = vec![format!("`{}` is {}", instance.id, phase(instance.state.phase))];
    if !instance.state.reason.is_empty() {
        words.push(instance.state.reason.clone());
    } else if let Some(answer) = &instance.last_answer {
        words.push(answer.clone());
    }
    words.join(", ")
}

fn lines(view: &StatusView, terminal: Terminal) -> Vec<String> {
    let mut lines = vec![headline(view, terminal)];
    if let Some(trouble) = &view.trouble {
        lines.push(terminal.paint(Paint::Red, &format!("the gateway does not follow: {trouble}")));
    }
    if let Some(frozen) = &view.frozen {
        lines.push(terminal.paint(Paint::Yellow, &format!("deploys are frozen by {frozen}")));
    }
    lines.push(String::new());
    lines.extend(service_lines(view, terminal));
    lines.push(String::new());
    lines.extend(instance_lines(view, terminal));
    if !view.datastores.is_empty() {
        lines.push(String::new());
        lines.extend(datastore_lines(view, terminal));
    }
    for service in &view.services {
        if let Some(rollout) = &service.status.rollout {
            lines.push(String::new());
            lines.extend(rollout_lines(service, rollout, terminal));
        }
    }
    lines.extend(view.notices.iter().map(|notice| format!("note: {notice}")));
    lines
}

fn headline(view: &StatusView, terminal: Terminal) -> String {
    terminal.paint(Paint::Bold, &format!("{} · {}", view.product, view.environment))
}

fn service_lines(view: &StatusView, terminal: Terminal) -> Vec<String> {
    let mut columns = Columns::new(&["SERVICE", "VERSION", "READY", "STATE", "URL"]);
    for service in &view.services {
        let status = &service.status;
        let ready = format!("{}/{}", status.ready, status.desired);
        let url = service.url.clone().or_else(|| service.inner_url.clone()).unwrap_or_else(|| "-".to_owned());
        let version = status.version.clone().unwrap_or_else(|| "-".to_owned());
        columns.row(vec![status.service.clone(), version, ready, state(service, terminal), url]);
    }
    columns.lines()
}

fn state(service: &ServiceView, terminal: Terminal) -> String {
    let status = &service.status;
    match &status.rollout {
        Some(rollout) if rollout.cause.is_some() => {
            terminal.paint(Paint::Red, &format!("going back from {}", rollout.version))
        }
        Some(rollout) => terminal
            .paint(Paint::Yellow, &format!("shipping {} ({} of requests)", rollout.version, percent(rollout.share))),
        None if status.desired == 0 => terminal.paint(Paint::Dim, "scaled to 0"),
        None if status.ready >= status.desired => terminal.paint(Paint::Green, "healthy"),
        None if status.ready > 0 => terminal.paint(Paint::Yellow, "degraded"),
        None if status.instances.iter().any(|one| one.state.phase == Phase::Starting) => {
            terminal.paint(Paint::Yellow, "starting")
        }
        None => terminal.paint(Paint::Red, "down"),
    }
}

fn instance_lines(view: &StatusView, terminal: Terminal) -> Vec<String> {
    let now = Timestamp::now();
    let mut columns = Columns::new(&["INSTANCE", "VERSION", "STATE", "FOR", "RESTARTS", "ADDRESS", "WHY"]);
    for instance in view.services.iter().flat_map(|service| &service.status.instances) {
        let why = if instance.is_ready() { String::new() } else { why(instance) };
        columns.row(vec![
            instance.id.clone(),
            instance.version.clone(),
            terminal.paint(paint(instance.state.phase), phase(instance.state.phase)),
            age(instance.state.since, now),
            instance.restarts.to_string(),
            instance.address.map_or_else(|| "-".to_owned(), |address| address.to_string()),
            why,
        ]);
    }
    columns.lines()
}

fn datastore_lines(view: &StatusView, terminal: Terminal) -> Vec<String> {
    let now = Timestamp::now();
    let mut columns = Columns::new(&["DATASTORE", "STATE", "FOR", "RESTARTS", "ADDRESS", "WHY"]);
    for datastore in &view.datastores {
        let ready = datastore.state.phase == Phase::Ready;
        columns.row(vec![
            datastore.name.clone(),
            terminal.paint(paint(datastore.state.phase), phase(datastore.state.phase)),
            age(datastore.state.since, now),
            datastore.restarts.to_string(),
            datastore.address.clone().unwrap_or_else(|| "-".to_owned()),
            if ready { String::new() } else { datastore.state.reason.clone() },
        ]);
    }
    columns.lines()
}

fn why(instance: &Instance) -> String {
    if instance.state.reason.is_empty() {
        instance.last_answer.clone().unwrap_or_default()
    } else {
        instance.state.reason.clone()
    }
}

/// A phase as people say it.
pub(crate) fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Starting => "starting",
        Phase::Ready => "ready",
        Phase::Unready => "not ready",
        Phase::BackOff => "backing off",
        Phase::CrashLoop => "crash loop",
        Phase::Draining => "draining",
        Phase::Failed => "failed",
    }
}

fn paint(phase: Phase) -> Paint {
    match phase {
        Phase::Ready => Paint::Green,
        Phase::Starting | Phase::Draining | Phase::BackOff => Paint::Yellow,
        Phase::Unready | Phase::CrashLoop | Phase::Failed => Paint::Red,
    }
}

/// How a rollout stands, in a few lines.
pub(crate) fn rollout_lines(service: &ServiceView, rollout: &RolloutStatus, terminal: Terminal) -> Vec<String> {
    let from = service.status.version.as_deref().unwrap_or("nothing");
    let mut lines = vec![terminal.paint(
        Paint::Bold,
        &format!(
            "{} {from} → {} · rollout {} · {}",
            service.status.service, rollout.version, rollout.id, rollout.stage_name
        ),
    )];
    lines.push(format!("  {}", steps(rollout, terminal)));
    lines.extend(cohorts(from, rollout));
    if let Some(evidence) = &rollout.evidence {
        lines.push(format!(
            "  evidence against it {:.1} : 1 of {:.0} : 1 · share of bad answers at most {} (needs {})",
            evidence.odds(),
            evidence.limit,
            percent(evidence.upper),
            percent(evidence.needed),
        ));
    }
    if !rollout.waiting_for.is_empty() {
        lines.push(format!("  waits for {}", rollout.waiting_for));
    }
    lines.extend(rollout.trouble.iter().map(|trouble| terminal.paint(Paint::Red, &format!("  {trouble}"))));
    lines.extend(rollout.cause.iter().map(|cause| terminal.paint(Paint::Red, &format!("  goes back: {cause}"))));
    lines
}

/// `10 % ▸ 50 % ▸ 100 %`, those behind it done, the one it is at in brackets.
fn steps(rollout: &RolloutStatus, terminal: Terminal) -> String {
    let step = |(index, share): (usize, &f64)| match index.cmp(&rollout.step) {
        std::cmp::Ordering::Less => terminal.paint(Paint::Green, &format!("{} done", percent(*share))),
        std::cmp::Ordering::Equal => terminal.paint(Paint::Yellow, &format!("[{}]", percent(*share))),
        std::cmp::Ordering::Greater => terminal.paint(Paint::Dim, &percent(*share)),
    };
    rollout.steps.iter().enumerate().map(step).collect::<Vec<_>>().join(" ▸ ")
}

fn cohorts(stable: &str, rollout: &RolloutStatus) -> Vec<String> {
    let mut columns = Columns::new(&["  VERSION", "TRAFFIC", "REQUESTS", "ERRORS", "P95"]);
    let mut row = |version: &str, share: f64, cohort: &Cohort| {
        columns.row(vec![
            format!("  {version}"),
            percent(share),
            cohort.requests.to_string(),
            cohort.bad.to_string(),
            cohort.p95.map_or_else(|| "-".to_owned(), millis),
        ]);
    };
    let (Some(canary), Some(old)) = (&rollout.canary, &rollout.stable) else { return Vec::new() };
    row(stable, 1.0 - rollout.share, old);
    row(&rollout.version, rollout.share, canary);
    columns.lines()
}
