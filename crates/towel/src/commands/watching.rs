//! `towel events`, `history`, `freeze` and `top`: what happened, and what is used.

use std::io::Write;

use anyhow::Context;
use jiff::Timestamp;
use towel_rollout::journal::{Event, EventKind, ReleaseState, RolloutRecord};
use towel_rollout::machine::Outcome;

use crate::client::Client;
use crate::exit::Status;
use crate::show::{Columns, Paint, Terminal, age, bytes, local_time, output};
use crate::supervisor::wire::{FreezesView, HistoryView, UsageView};

/// Prints the latest events, and with `follow` those that come.
pub(crate) async fn events(client: &Client, follow: bool, count: usize, json: bool) -> anyhow::Result<Status> {
    let terminal = Terminal::of_output();
    let mut lines = client.lines(&format!("/v1/events?follow={follow}&lines={count}")).await?;
    while let Some(line) = lines.next().await? {
        let mut out = std::io::stdout().lock();
        if json {
            writeln!(out, "{line}")?;
        } else {
            let event: Event = serde_json::from_str(&line).context("read an event")?;
            let text = terminal.paint(paint(event.kind), &event.message);
            writeln!(out, "{}  {:12} {text}", local_time(event.at), event.service)?;
        }
        out.flush()?;
    }
    Ok(Status::Done)
}

fn paint(kind: EventKind) -> Paint {
    match kind {
        EventKind::Healthy => Paint::Green,
        EventKind::RolledBack | EventKind::Failed | EventKind::Alert => Paint::Red,
        EventKind::Waiting => Paint::Dim,
        EventKind::Requested | EventKind::Started | EventKind::Progress | EventKind::Changed => Paint::Plain,
    }
}

/// Prints the releases, newest first, and how each rollout ended.
pub(crate) async fn history(client: &Client, service: Option<&str>, json: bool) -> anyhow::Result<Status> {
    let path = service.map_or_else(|| "/v1/history".to_owned(), |service| format!("/v1/history?service={service}"));
    let views: Vec<HistoryView> = client.get(&path).await?;
    if json {
        output::json(&views)?;
        return Ok(Status::Done);
    }
    let terminal = Terminal::of_output();
    let mut columns = Columns::new(&["SERVICE", "RELEASE", "VERSION", "STATE", "WHEN", "BY", "WHY"]);
    for view in &views {
        columns.row(vec![
            view.service.clone(),
            view.release.to_string(),
            view.version.clone(),
            release_state(view, terminal),
            local_time(view.created),
            view.by.clone(),
            why(view),
        ]);
    }
    output::lines(&columns.lines())?;
    Ok(Status::Done)
}

fn release_state(view: &HistoryView, terminal: Terminal) -> String {
    if view.serves {
        return terminal.paint(Paint::Green, "serves");
    }
    match view.state {
        ReleaseState::New => terminal.paint(Paint::Yellow, "under way"),
        ReleaseState::Healthy => "was healthy".to_owned(),
        ReleaseState::RolledBack if has_failed(view) => terminal.paint(Paint::Red, "failed"),
        ReleaseState::RolledBack => terminal.paint(Paint::Red, "rolled back"),
        ReleaseState::Withdrawn => "withdrawn".to_owned(),
    }
}

/// Whether it was never begun, or could not even be taken back.
fn has_failed(view: &HistoryView) -> bool {
    view.rollouts.first().is_some_and(|record| matches!(record.outcome, Some(Outcome::Failed { .. })))
}

/// The cause of a bad end in its first line, or else the reason that was given.
fn why(view: &HistoryView) -> String {
    let cause = |record: &RolloutRecord| match record.outcome.as_ref()? {
        Outcome::Healthy => None,
        Outcome::RolledBack { cause } | Outcome::Failed { cause } => Some(cause.to_string()),
    };
    let cause = view.rollouts.first().and_then(cause).filter(|_| view.state == ReleaseState::RolledBack);
    let text = cause.or_else(|| view.why.clone()).unwrap_or_default();
    let line = text.lines().next().unwrap_or_default();
    // The lines that are announced here follow only where there is room for them.
    line.trim_end_matches("; its last lines:").trim_end_matches("; its last log lines:").to_owned()
}

/// Prints the freeze windows, and whether one holds.
pub(crate) fn freezes(view: &FreezesView, json: bool) -> anyhow::Result<Status> {
    if json {
        output::json(view)?;
        return Ok(Status::Done);
    }
    let terminal = Terminal::of_output();
    match &view.frozen {
        Some(freeze) => output::line(terminal.paint(Paint::Yellow, &format!("deploys are frozen by {freeze}")))?,
        None => output::line("deploys are not frozen")?,
    }
    if view.windows.is_empty() {
        return Ok(Status::Done);
    }
    output::line("")?;
    let now = Timestamp::now();
    let mut columns = Columns::new(&["FREEZE", "WHEN", "TIME ZONE", "NOW", "OVERRIDE WORD"]);
    for window in &view.windows {
        let next = window.changes.map_or_else(String::new, |at| match window.holds {
            true => format!(", ends in {}", age(now, at)),
            false => format!(", begins in {}", age(now, at)),
        });
        columns.row(vec![
            window.name.clone(),
            window.when.clone(),
            window.timezone.clone(),
            format!("{}{next}", if window.holds { "holds" } else { "open" }),
            if window.overridable { "yes" } else { "none" }.to_owned(),
        ]);
    }
    output::lines(&columns.lines())?;
    Ok(Status::Done)
}

/// Prints the use of each instance.
pub(crate) async fn top(client: &Client, json: bool) -> anyhow::Result<Status> {
    let views: Vec<UsageView> = client.get("/v1/usage").await?;
    if json {
        output::json(&views)?;
        return Ok(Status::Done);
    }
    let mut columns = Columns::new(&["NAME", "CPU", "MEMORY", "PROCESSES"]);
    for view in &views {
        let cpu = format!("{:.0}m", view.cpu * 1000.0);
        columns.row(vec![view.name.clone(), cpu, bytes(view.memory), view.processes.to_string()]);
    }
    output::lines(&columns.lines())?;
    Ok(Status::Done)
}
