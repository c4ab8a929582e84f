//! `towel deploy` and `towel rollback`: ask for a rollout, follow it to its end, say how it ended.

use std::time::Duration;

use anyhow::Context;
use serde::Serialize;
use towel_rollout::journal::{Event, EventKind, RolloutId};
use towel_rollout::machine::Outcome;

use super::status::rollout_lines;
use crate::client::Client;
use crate::exit::{Failure, Status};
use crate::show::{Live, Paint, Terminal, local_time, output, seconds};
use crate::supervisor::wire::{Begun, DeployBody, RollbackBody, RolloutView, ServiceView, StatusView};

/// How often progress is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// How a rollout ended: the object that `--json` prints.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Ended {
    /// The service.
    pub(crate) service: String,
    /// The version that was asked for.
    pub(crate) version: String,
    /// `healthy`, `rolled_back` or `failed`.
    pub(crate) outcome: &'static str,
    /// From the request to the end.
    pub(crate) seconds: f64,
    /// Why, when it is not healthy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cause: Option<String>,
    /// The rollout's number.
    pub(crate) rollout: RolloutId,
}

impl Ended {
    /// Whether the version serves.
    pub(crate) fn is_healthy(&self) -> bool {
        self.outcome == "healthy"
    }
}

/// What is seen of a rollout on its way.
pub(crate) enum Progress<'a> {
    /// Something happened.
    Event(&'a Event),
    /// How it stands now.
    Standing(&'a ServiceView),
}

/// How progress is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// Return once it has begun.
    pub(crate) no_wait: bool,
    /// Answer with JSON.
    pub(crate) json: bool,
    /// Say only what went wrong.
    pub(crate) quiet: bool,
}

/// Ships a version.
pub(crate) async fn deploy(client: &Client, body: &DeployBody, manner: Manner) -> anyhow::Result<Status> {
    let rollout = begin(client, body).await?;
    see_through(client, rollout, manner, &["healthy"]).await
}

/// Goes back.
pub(crate) async fn rollback(client: &Client, body: &RollbackBody, manner: Manner) -> anyhow::Result<Status> {
    let begun: Begun = client.post("/v1/rollback", body).await?;
    // A rollout that was under way is taken back; an ended one is undone by a rollout of its own.
    see_through(client, begun.rollout, manner, &["healthy", "rolled_back"]).await
}

/// Asks for a deploy.
pub(crate) async fn begin(client: &Client, body: &DeployBody) -> anyhow::Result<RolloutId> {
    let begun: Begun = client.post("/v1/deploy", body).await?;
    Ok(begun.rollout)
}

async fn see_through(client: &Client, rollout: RolloutId, manner: Manner, wanted: &[&str]) -> anyhow::Result<Status> {
    if manner.no_wait {
        if manner.json {
            output::json_line(&Begun { rollout })?;
        } else if !manner.quiet {
            output::line(format_args!("rollout {rollout} has begun; `towel status -w` shows how it goes"))?;
        }
        return Ok(Status::Done);
    }
    let terminal = Terminal::of_output();
    let mut live = Live::new(terminal);
    let ended = follow(client, rollout, |progress| {
        if manner.json || manner.quiet {
            return Ok(());
        }
        show(&mut live, terminal, progress)
    })
    .await?;
    live.clear()?;
    let is_well = wanted.contains(&ended.outcome);
    if manner.json {
        output::json_line(&ended)?;
    } else if !manner.quiet || !is_well {
        output::line(verdict(&ended, terminal))?;
    }
    Ok(if is_well { Status::Done } else { Status::No })
}

fn show(live: &mut Live, terminal: Terminal, progress: &Progress<'_>) -> std::io::Result<()> {
    match progress {
        // Its end is told by the last line, with its cause.
        Progress::Event(event) if is_end(event.kind) => Ok(()),
        Progress::Event(event) => live.say(&format!("{}  {}", local_time(event.at), event.message)),
        Progress::Standing(service) => match &service.status.rollout {
            Some(rollout) => live.paint(&rollout_lines(service, rollout, terminal)),
            None => Ok(()),
        },
    }
}

fn is_end(kind: EventKind) -> bool {
    matches!(kind, EventKind::Healthy | EventKind::RolledBack | EventKind::Failed)
}

/// The last line: what came of it, how long it took, and why.
pub(crate) fn verdict(ended: &Ended, terminal: Terminal) -> String {
    let took = seconds(Duration::from_secs_f64(ended.seconds.max(0.0)));
    let subject = format!("{} {}", ended.service, ended.version);
    match (&ended.cause, ended.outcome) {
        (None, outcome) => format!("{} {subject} after {took}", terminal.paint(Paint::Green, outcome)),
        (Some(cause), outcome) => {
            let mut lines = cause.lines();
            let first = lines.next().unwrap_or_default();
            let rest: String = lines.map(|line| format!("\n  {line}")).collect();
            format!("{} {subject} after {took}\n  cause: {first}{rest}", terminal.paint(Paint::Red, outcome))
        }
    }
}

/// Follows a rollout to its end.
pub(crate) async fn follow(
    client: &Client,
    rollout: RolloutId,
    see: impl FnMut(&Progress<'_>) -> std::io::Result<()>,
) -> anyhow::Result<Ended> {
    let followed = follow_on(client, rollout, see).await;
    // The socket of a process on its way out still lets one in, and answers nothing.
    if followed.is_err() && client.get::<StatusView>("/v1/status").await.is_err() {
        return Err(Failure::outside(format!("the supervisor ended before rollout {rollout} did"))
            .help("`towel up --detach` starts another one, which goes on with it")
            .into());
    }
    followed
}

async fn follow_on(
    client: &Client,
    rollout: RolloutId,
    mut see: impl FnMut(&Progress<'_>) -> std::io::Result<()>,
) -> anyhow::Result<Ended> {
    let mut events = client.lines("/v1/events?follow=true&lines=200").await?;
    let mut look = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            line = events.next() => {
                let line = line?.context("the supervisor closed the list of events")?;
                let event: Event = serde_json::from_str(&line).context("read an event")?;
                if event.rollout == Some(rollout) {
                    see(&Progress::Event(&event))?;
                }
            }
            _ = look.tick() => {
                let view: RolloutView = client.get(&format!("/v1/rollouts/{rollout}")).await?;
                if let Some(ended) = ended(&view) {
                    return Ok(ended);
                }
                let status: StatusView = client.get("/v1/status").await?;
                if let Some(service) = status.services.iter().find(|one| one.status.service == view.record.service) {
                    see(&Progress::Standing(service))?;
                }
            }
        }
    }
}

fn ended(view: &RolloutView) -> Option<Ended> {
    let record = &view.record;
    let (outcome, cause) = match record.outcome.as_ref()? {
        Outcome::Healthy => ("healthy", None),
        Outcome::RolledBack { cause } => ("rolled_back", Some(cause.to_string())),
        Outcome::Failed { cause } => ("failed", Some(cause.to_string())),
    };
    let end = record.ended.unwrap_or(record.requested);
    Some(Ended {
        service: record.service.clone(),
        version: record.request.version.clone(),
        outcome,
        seconds: end.duration_since(record.requested).as_secs_f64(),
        cause,
        rollout: record.id,
    })
}
