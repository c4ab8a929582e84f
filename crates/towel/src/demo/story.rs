//! What the tour says while it goes on, and at its end.

use std::path::Path;
use std::time::Duration;

use pizzeria::load::{Counts, Summary};
use serde::Serialize;
use towel_rollout::journal::EventKind;

use crate::commands::deploy::{Ended, Progress, verdict};
use crate::commands::status::rollout_lines;
use crate::show::{Live, Paint, Terminal, output, seconds};

/// The object that `--json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    requests: u64,
    failed: u64,
    deploys: Vec<Ended>,
    #[serde(skip)]
    summary: Summary,
}

/// What came of the tour.
pub(super) fn told(summary: Summary, deploys: Vec<Ended>) -> Told {
    Told { requests: summary.counts.requests, failed: summary.counts.failed, deploys, summary }
}

impl Told {
    /// Whether no request failed, the good version serves and the bad one was taken back.
    pub(super) fn is_good(&self) -> bool {
        let outcomes: Vec<&str> = self.deploys.iter().map(|deploy| deploy.outcome).collect();
        self.failed == 0 && self.requests > 0 && outcomes == ["healthy", "rolled_back"]
    }
}

/// Tells the tour: on a terminal with a region that changes, in a log line by line.
pub(super) struct Story {
    json: bool,
    quiet: bool,
    terminal: Terminal,
    live: Live,
}

impl Story {
    pub(super) fn new(json: bool, quiet: bool) -> anyhow::Result<Self> {
        let terminal = Terminal::of_output();
        let mut story = Self { json, quiet, terminal, live: Live::new(terminal) };
        story.heading("towel demo: one product, a good version and a bad one, under load")?;
        Ok(story)
    }

    pub(super) fn say(&mut self, line: &str) -> std::io::Result<()> {
        if self.json || self.quiet { Ok(()) } else { self.live.say(&format!("  {line}")) }
    }

    pub(super) fn chapter(&mut self, version: &str) -> std::io::Result<()> {
        let what = match version {
            "v2" => "v2 is good: it should serve all requests in the end",
            _ => "v3 answers every request with 500, and its health checks look fine: it should be taken back",
        };
        self.heading(&format!("deploy api {version}"))?;
        self.say(what)
    }

    fn heading(&mut self, text: &str) -> std::io::Result<()> {
        if self.json || self.quiet {
            return Ok(());
        }
        self.live.say("")?;
        self.live.say(&self.terminal.paint(Paint::Bold, text))
    }

    pub(super) fn progress(&mut self, progress: &Progress<'_>, counts: &Counts) -> std::io::Result<()> {
        if self.json || self.quiet {
            return Ok(());
        }
        match progress {
            Progress::Event(event) if matches!(event.kind, EventKind::Waiting | EventKind::Requested) => Ok(()),
            Progress::Event(event) => self.live.say(&format!("  {}", event.message)),
            Progress::Standing(service) => {
                let Some(rollout) = &service.status.rollout else { return Ok(()) };
                let mut lines = rollout_lines(service, rollout, self.terminal);
                lines.push(format!("  users: {} requests, {} failed", counts.requests, counts.failed));
                self.live.paint(&lines)
            }
        }
    }

    pub(super) fn ended(&mut self, ended: &Ended, counts: &Counts) -> std::io::Result<()> {
        let failed = format!("users so far: {} requests, {} failed", counts.requests, counts.failed);
        let verdict = verdict(ended, self.terminal);
        self.say(&verdict.replace('\n', "\n  "))?;
        self.say(&failed)
    }

    /// The last words.
    pub(super) fn end(&mut self, told: &Told, keep: Option<&Path>) -> anyhow::Result<()> {
        if self.json {
            output::json_line(told)?;
            return Ok(());
        }
        let counts = &told.summary.counts;
        self.heading("what happened")?;
        self.say(&format!(
            "{} requests in {}, {} failed; half were answered within {}, 99 of 100 within {}",
            counts.requests,
            seconds(counts.elapsed),
            counts.failed,
            in_millis(counts.p50),
            in_millis(counts.p99)
        ))?;
        self.say(&format!(
            "{} WebSockets were opened: {} messages, {} cut off",
            counts.sockets.opened, counts.sockets.messages, counts.sockets.cut
        ))?;
        for failure in &told.summary.examples {
            self.say(&format!("failed after {}: {}", seconds(failure.after), failure.what))?;
        }
        self.whereabouts(keep)?;
        Ok(())
    }

    fn whereabouts(&mut self, keep: Option<&Path>) -> std::io::Result<()> {
        let Some(folder) = keep else {
            return self.say("everything is stopped and removed; `towel demo --keep DIR` leaves it running to look at");
        };
        self.heading("it goes on running")?;
        let program = std::env::current_exe().unwrap_or_else(|_| "towel".into());
        let towel = format!("{} --file {}/towel.yaml", program.display(), folder.display());
        self.say(&format!("{towel} status      # what runs, and where its pages are"))?;
        self.say(&format!("{towel} history     # the releases, and why v3 went back"))?;
        self.say(&format!("{towel} down        # stops it"))
    }
}

fn in_millis(duration: Duration) -> String {
    crate::show::millis(duration.as_secs_f64())
}
