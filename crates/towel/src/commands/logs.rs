//! `towel logs`: what instances and datastores printed, and go on printing.

use std::collections::HashMap;
use std::io::Write;

use anyhow::Context;
use towel_engine::local::{Logs, ServiceLine};

use crate::exit::{Failure, Status};
use crate::project::Project;
use crate::show::{Paint, Terminal};

/// What is asked for.
pub(crate) struct Wish<'a> {
    /// A service, a datastore or an instance.
    pub(crate) name: &'a str,
    /// How many of the latest lines.
    pub(crate) lines: usize,
    /// Whether to go on.
    pub(crate) follow: bool,
}

/// Reads the files, so that it works whether or not a supervisor runs.
pub(crate) async fn logs(project: &Project, wish: &Wish<'_>, json: bool) -> anyhow::Result<Status> {
    let logs = Logs::new(&project.state);
    let (service, instance) = meant(&logs, project, wish.name)?;
    let mut writer = Writer::new(json);
    // The follower starts before the tail is read, so that no line falls between the two.
    let mut follower = logs.follow(&service, instance.as_deref()).context("follow the logs")?;
    let tail = logs.tail(&service, instance.as_deref(), wish.lines).context("read the logs")?;
    let last = tail.last().map(|line| line.at);
    writer.write(&tail)?;
    if !wish.follow {
        return Ok(Status::Done);
    }
    loop {
        let news = follower.next().await.context("follow the logs")?;
        let news: Vec<ServiceLine> = news.into_iter().filter(|line| Some(line.at) > last).collect();
        writer.write(&news)?;
    }
}

/// The service that `name` is or belongs to, and the instance when it is one.
fn meant(logs: &Logs, project: &Project, name: &str) -> anyhow::Result<(String, Option<String>)> {
    if !logs.instances(name).context("look for logs")?.is_empty() {
        return Ok((name.to_owned(), None));
    }
    let mut known = Vec::new();
    for entry in std::fs::read_dir(project.state.join("logs")).into_iter().flatten() {
        let entry = entry.context("look for logs")?;
        if !entry.file_type().context("look for logs")?.is_dir() {
            continue;
        }
        let service = entry.file_name().to_string_lossy().into_owned();
        if logs.instances(&service).context("look for logs")?.iter().any(|instance| instance == name) {
            return Ok((service, Some(name.to_owned())));
        }
        known.push(format!("`{service}`"));
    }
    known.sort();
    let help = if known.is_empty() {
        "nothing has run in this environment yet; start it with `towel up`".to_owned()
    } else {
        format!("there are logs of {}", known.join(", "))
    };
    Err(Failure::usage(format!("there is no log of a service, datastore or instance `{name}`")).help(help).into())
}

/// Writes lines with the name of who wrote them in front.
struct Writer {
    json: bool,
    terminal: Terminal,
    paints: HashMap<String, Paint>,
    width: usize,
}

impl Writer {
    fn new(json: bool) -> Self {
        Self { json, terminal: Terminal::of_output(), paints: HashMap::new(), width: 0 }
    }

    fn write(&mut self, lines: &[ServiceLine]) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        for line in lines {
            if self.json {
                serde_json::to_writer(&mut out, line).context("write a line")?;
                writeln!(out)?;
            } else {
                writeln!(out, "{} {}", self.prefix(&line.instance), line.text)?;
            }
        }
        Ok(out.flush()?)
    }

    fn prefix(&mut self, instance: &str) -> String {
        const PAINTS: [Paint; 4] = [Paint::Cyan, Paint::Yellow, Paint::Green, Paint::Magenta];
        let next = PAINTS[self.paints.len() % PAINTS.len()];
        let paint = *self.paints.entry(instance.to_owned()).or_insert(next);
        self.width = self.width.max(instance.len());
        self.terminal.paint(paint, &format!("{instance:width$} │", width = self.width))
    }
}
