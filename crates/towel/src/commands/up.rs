//! `towel up`: starts the environment, here or in the background, or brings a running one up to date.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, sleep};

use super::start::start;
use super::{asker, deploy};
use crate::cli::UpArgs;
use crate::client::Client;
use crate::exit::{Failure, Status};
use crate::product::Product;
use crate::project::Project;
use crate::show::{Terminal, local_time, output};
use crate::supervisor::wire::{Applied, ApplyBody, Done, ServiceView, StatusView};
use crate::supervisor::{Ending, Supervisor, Voice, Wish};

/// How long the gateway may refuse to follow before that is told: it starts anew in less.
const GATEWAY_LIMIT: Duration = Duration::from_secs(5);

/// What is asked for.
pub(crate) struct Up<'a> {
    /// Which environment.
    pub(crate) project: &'a Project,
    /// How.
    pub(crate) args: &'a UpArgs,
    /// Whether to answer with JSON.
    pub(crate) json: bool,
    /// Whether to say only what went wrong.
    pub(crate) quiet: bool,
}

/// Starts or updates the environment.
pub(crate) async fn up(up: &Up<'_>) -> anyhow::Result<Status> {
    let client = Client::new(up.project.supervisor_socket()?, &up.project.environment);
    if client.is_up().await {
        if !is_older(&client).await? {
            return update(up, &client).await;
        }
        make_way(up, &client).await?;
    } else if !up.args.detach {
        return foreground(up).await;
    }
    let limit = Duration::from_secs(up.args.wait);
    let client = start_detached(up.project, &up.args.versions, limit).await?;
    shown(up, &client).await
}

/// Whether the supervisor that runs is another binary than this one.
async fn is_older(client: &Client) -> anyhow::Result<bool> {
    let status: StatusView = client.get("/v1/status").await?;
    let program = std::env::current_exe().context("find this binary")?;
    Ok(!crate::binary::runs(status.supervisor, &program))
}

/// Lets the supervisor of another binary go. What it ran stays, and this one takes it over.
async fn make_way(up: &Up<'_>, client: &Client) -> anyhow::Result<()> {
    if !up.quiet && !up.json {
        output::line("another version of towel runs this environment; this one takes it over")?;
    }
    let lock = super::down::supervisor_lock(up.project)?;
    let _gone: Done = client.post("/v1/leave", &()).await?;
    super::down::wait_for_end(&lock).await
}

async fn update(up: &Up<'_>, client: &Client) -> anyhow::Result<Status> {
    // A file with faults is told with its places here, before the supervisor is asked.
    Product::read(&up.project.file)?.admit(&up.project.environment)?;
    let body = ApplyBody { versions: up.args.versions.clone(), by: asker() };
    let applied: Applied = client.post("/v1/apply", &body).await?;
    if !up.quiet && !up.json {
        let environment = &up.project.environment;
        output::line(match applied.rollouts.len() {
            0 if !applied.refused.is_empty() => format!("environment `{environment}` runs already"),
            0 => format!("environment `{environment}` runs already, and is as the file says"),
            1 => "a service is shipped anew, as its declaration has changed".to_owned(),
            count => format!("{count} services are shipped anew, as their declarations have changed"),
        })?;
    }
    settle(client, up.project, Duration::from_secs(up.args.wait)).await?;
    if !applied.refused.is_empty() {
        return Err(Failure::no(applied.refused.join("\n")).into());
    }
    for rollout in applied.rollouts {
        let ended = deploy::follow(client, rollout, |_| Ok(())).await?;
        if !ended.is_healthy() {
            return Err(Failure::no(deploy::verdict(&ended, Terminal::of_errors())).into());
        }
    }
    shown(up, client).await
}

async fn shown(up: &Up<'_>, client: &Client) -> anyhow::Result<Status> {
    let status: StatusView = client.get("/v1/status").await?;
    if up.json {
        output::json(&status)?;
    } else if !up.quiet {
        super::status::print(&status, Terminal::of_output())?;
    }
    Ok(Status::Done)
}

/// Starts a supervisor in the background and waits until everything it runs is ready.
pub(crate) async fn start_detached(project: &Project, versions: &[String], limit: Duration) -> anyhow::Result<Client> {
    // Faults in the file are told here, and not in the log of a process that nobody sees.
    Product::read(&project.file)?.admit(&project.environment)?;
    let client = start(project, versions).await?;
    settle(&client, project, limit).await?;
    Ok(client)
}

/// Returns once everything is ready; says what is not, and why, when that takes too long.
async fn settle(client: &Client, project: &Project, limit: Duration) -> anyhow::Result<()> {
    let end = Instant::now() + limit;
    let mut followed = Instant::now();
    loop {
        let status: StatusView = client.get("/v1/status").await?;
        let missing = super::status::missing(&status);
        if missing.is_empty() {
            return Ok(());
        }
        if status.trouble.is_none() {
            followed = Instant::now();
        }
        let failed = status.services.iter().any(is_hopeless);
        let hopeless = failed || followed.elapsed() > GATEWAY_LIMIT;
        if hopeless || Instant::now() > end {
            let why = if hopeless { "something cannot be started" } else { "not everything is ready" };
            return Err(Failure::no(format!("{why}:\n  {}", missing.join("\n  ")))
                .help(format!(
                    "the rest runs on; `towel --env {0} logs SERVICE` shows what it printed, `towel --env {0} down` stops all",
                    project.environment
                ))
                .into());
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// Waiting does not help an artefact that is not there, unless a rollout takes it back.
fn is_hopeless(service: &ServiceView) -> bool {
    let failed = |instance: &towel_engine::Instance| instance.state.phase == towel_engine::Phase::Failed;
    service.status.underway.is_none() && service.status.instances.iter().any(failed)
}

async fn foreground(up: &Up<'_>) -> anyhow::Result<Status> {
    let quiet = up.quiet;
    let voice: Voice = Arc::new(move |line| {
        if !quiet {
            spoken(line);
        }
    });
    let supervisor = Supervisor::start(up.project.clone(), &up.args.versions, voice).await?;
    if !up.quiet {
        spoken(&format!(
            "environment `{}` is starting; Ctrl-C stops it, `towel status` shows it",
            up.project.environment
        ));
    }
    end_on(&supervisor, SignalKind::interrupt(), Wish::Down { volumes: false })?;
    end_on(&supervisor, SignalKind::terminate(), Wish::Leave)?;
    supervisor.serve().await?;
    Ok(Status::Done)
}

/// `towel supervise`: the supervisor in the background.
pub(crate) async fn supervise(project: Project, args: &UpArgs) -> anyhow::Result<Status> {
    let voice: Voice = Arc::new(|line| spoken(&format!("{} {line}", local_time(jiff::Timestamp::now()))));
    let supervisor = Supervisor::start(project, &args.versions, voice).await?;
    end_on(&supervisor, SignalKind::terminate(), Wish::Leave)?;
    // A hang-up or Ctrl-C is meant for the shell that it was started from, long gone.
    let mut ignored = signal(SignalKind::hangup()).context("listen for signals")?;
    tokio::spawn(async move { while ignored.recv().await.is_some() {} });
    match supervisor.serve().await? {
        Ending::Stopped | Ending::Left => Ok(Status::Done),
    }
}

fn end_on(supervisor: &Arc<Supervisor>, kind: SignalKind, wish: Wish) -> anyhow::Result<()> {
    let mut coming = signal(kind).context("listen for signals")?;
    let supervisor = supervisor.clone();
    tokio::spawn(async move {
        if coming.recv().await.is_some() {
            supervisor.wish(wish);
        }
    });
    Ok(())
}

/// Says a line, for as long as somebody listens: a supervisor does not end because its terminal did.
fn spoken(line: &str) {
    let _nobody_listens = output::line(line).is_err();
}
