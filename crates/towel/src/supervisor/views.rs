//! What the supervisor shows of itself: made from the driver, the engine and the stack.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;
use towel_engine::Engine;
use towel_model::{Freeze, Service, Stack, Window};
use towel_rollout::driver::ServiceStatus;
use towel_rollout::freeze::{is_frozen, next_change};
use towel_rollout::journal::RolloutId;

use super::routing::exposed_host;
use super::run::Supervisor;
use super::wire::{
    DatastoreView, ExecView, FreezeView, FreezesView, HistoryView, RolloutView, ServiceView, StatusView, UsageView,
};
use crate::exit::Failure;

/// Over how long processor use is measured.
const USAGE_WINDOW: Duration = Duration::from_millis(500);

/// Everything at this moment.
pub(super) async fn status(supervisor: &Supervisor) -> anyhow::Result<StatusView> {
    let stack = supervisor.stack();
    let mut statuses = supervisor.driver.status().await?;
    // In the order of the file; what the file no longer has, and still runs, comes last.
    let place = |status: &ServiceStatus| stack.services.iter().position(|service| *service.name == status.service);
    statuses.sort_by_key(|status| place(status).unwrap_or(usize::MAX));
    statuses.retain(|status| place(status).is_some() || !status.instances.is_empty());
    let doors = supervisor.front.doors();
    let tls = stack.environment.gateway.as_ref().is_some_and(|gateway| gateway.tls.is_some());
    let view = |status: ServiceStatus| {
        let service = stack.service(&status.service);
        ServiceView {
            url: service.and_then(|service| url(&stack, service, doors.front?, tls)),
            inner_url: doors.ports.get(&status.service).map(|port| format!("http://127.0.0.1:{port}")),
            status,
        }
    };
    Ok(StatusView {
        product: stack.name.to_string(),
        environment: stack.environment.name.to_string(),
        class: *stack.environment.class,
        supervisor: std::process::id(),
        front: doors.front,
        tls,
        services: statuses.into_iter().map(view).collect(),
        datastores: supervisor.engine.datastores().into_iter().map(datastore).collect(),
        frozen: is_frozen(Timestamp::now(), &stack.freezes).map(|hit| hit.to_string()),
        trouble: supervisor.front.trouble(),
        notices: notices(supervisor),
    })
}

fn notices(supervisor: &Supervisor) -> Vec<String> {
    let held_back = supervisor.held_back.lock().unwrap_or_else(PoisonError::into_inner).clone();
    [supervisor.engine.notices(), supervisor.bindings.notices(), held_back].concat()
}

fn datastore(view: towel_engine::datastore::DatastoreView) -> DatastoreView {
    DatastoreView {
        name: view.name,
        state: view.state,
        address: view.binding.map(|binding| format!("{}:{}", binding.host, binding.port)),
        pid: view.pid,
        restarts: view.restarts,
        last_answer: view.last_answer,
    }
}

/// `http://api.localhost:8080/`.
fn url(stack: &Stack, service: &Service, front: std::net::SocketAddr, tls: bool) -> Option<String> {
    let expose = service.expose.as_ref()?;
    let scheme = if tls { "https" } else { "http" };
    let host = exposed_host(stack, service)?;
    Some(format!("{scheme}://{host}:{}{}", front.port(), expose.path))
}

/// A rollout, running or ended.
pub(super) async fn rollout(supervisor: &Supervisor, id: RolloutId) -> anyhow::Result<RolloutView> {
    let record = supervisor.driver.journal().rollout(id)?.ok_or_else(|| {
        Failure::no(format!("there is no rollout {id}")).help("`towel history` shows those there were")
    })?;
    let statuses = supervisor.driver.status().await?;
    let status = statuses.into_iter().filter_map(|status| status.rollout).find(|rollout| rollout.id == id);
    Ok(RolloutView { record, status })
}

/// Rollouts with their outcomes, newest first.
pub(super) fn history(supervisor: &Supervisor, service: Option<&str>) -> anyhow::Result<Vec<HistoryView>> {
    let names = match service {
        Some(name) => vec![name.to_owned()],
        None => supervisor.driver.journal().services()?,
    };
    let mut views = Vec::new();
    for name in names {
        let releases = supervisor.driver.journal().releases(&name)?;
        let stable = supervisor.driver.journal().stable(&name)?.map(|release| release.id());
        let mut rollouts: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for record in supervisor.driver.history(&name)? {
            rollouts.entry(record.release).or_default().push(record);
        }
        for release in releases {
            views.push(HistoryView {
                serves: Some(release.id()) == stable,
                rollouts: rollouts.remove(&release.id()).unwrap_or_default(),
                service: name.clone(),
                release: release.id(),
                version: release.version().to_owned(),
                state: release.state,
                by: release.by.clone(),
                why: release.why.clone(),
                created: release.created,
            });
        }
    }
    if let (Some(name), true) = (service, views.is_empty()) {
        return Err(Failure::no(format!("service `{name}` has no release here"))
            .help("`towel status` shows the services")
            .into());
    }
    Ok(views)
}

/// The freezes, and whether one holds.
pub(crate) fn freezes(stack: &Stack) -> FreezesView {
    let now = Timestamp::now();
    let windows = stack.freezes.iter().map(|freeze| {
        let alone = std::slice::from_ref(freeze);
        FreezeView {
            name: freeze.name.to_string(),
            when: when(freeze),
            timezone: freeze.timezone.to_string(),
            overridable: freeze.override_word.is_some(),
            holds: is_frozen(now, alone).is_some(),
            changes: next_change(now, alone).map(|change| change.at),
        }
    });
    FreezesView { frozen: is_frozen(now, &stack.freezes).map(|hit| hit.to_string()), windows: windows.collect() }
}

fn when(freeze: &Freeze) -> String {
    match &freeze.window {
        Window::Once { from, to } => {
            format!("{} to {}", from.strftime("%Y-%m-%d %H:%M"), to.strftime("%Y-%m-%d %H:%M"))
        }
        Window::Weekly(range) => format!("every week, {} to {}", of_week(range.from), of_week(range.to)),
    }
}

/// Minutes since Monday 00:00 as `Fri 16:00`.
fn of_week(minutes: u32) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let day = DAYS[(minutes / (24 * 60) % 7) as usize];
    format!("{day} {:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

/// Use of every instance, measured over a moment.
pub(super) async fn usage(supervisor: &Supervisor) -> Vec<UsageView> {
    let before: BTreeMap<String, f64> =
        supervisor.engine.usage().into_iter().map(|usage| (usage.id, usage.cpu_seconds)).collect();
    let began = tokio::time::Instant::now();
    tokio::time::sleep(USAGE_WINDOW).await;
    let passed = began.elapsed().as_secs_f64();
    let view = |usage: towel_engine::local::Usage| UsageView {
        // What started in between has used all its time in between.
        cpu: (usage.cpu_seconds - before.get(&usage.id).copied().unwrap_or(0.0)).max(0.0) / passed,
        name: usage.id,
        memory: usage.memory,
        processes: usage.processes,
    };
    let mut views: Vec<UsageView> = supervisor.engine.usage().into_iter().map(view).collect();
    views.sort_by(|one, other| one.name.cmp(&other.name));
    views
}

/// The environment of an instance, or of a service's first ready instance.
pub(super) async fn exec(supervisor: &Supervisor, name: &str) -> anyhow::Result<ExecView> {
    let instances = supervisor.engine.observe().await?;
    let instance = instances
        .iter()
        .find(|instance| instance.id == name)
        .or_else(|| instances.iter().find(|instance| instance.service == name && instance.is_ready()))
        .or_else(|| instances.iter().find(|instance| instance.service == name))
        .ok_or_else(|| {
            Failure::no(format!("there is no instance `{name}`, and no instance of a service `{name}`"))
                .help("`towel status` shows what runs")
        })?;
    let context = supervisor.engine.environment(&instance.id).context("find its environment")?;
    Ok(ExecView { instance: instance.id.clone(), folder: context.folder, environment: context.environment })
}
