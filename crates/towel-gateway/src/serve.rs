//! A gateway process from start to end.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep, timeout};

use crate::admin::api::{Desk, router};
use crate::admin::socket;
use crate::control::Control;
use crate::error::{GatewayError, Refused};
use crate::handoff::take::take;
use crate::handoff::{Handover, Predecessor};
use crate::settings::{DRAIN_LIMIT, Settings, TUNNELS_END_WITHIN};
use crate::shared::{Phase, Shared};
use crate::split::dice;
use crate::state::StateFile;
use crate::table::Table;
use crate::worker::Workers;

/// More workers than this do not help.
const WORKERS_AT_MOST: usize = 64;
/// More connections than this are not accepted, however many descriptors there are.
const CONNECTIONS_AT_MOST: usize = 100_000;
/// How long a port of the last table may still be busy with a process that is just dying.
const PORTS_FREE_WITHIN: Duration = Duration::from_secs(5);

/// Runs a gateway until SIGTERM or SIGINT, or until a successor took its sockets over. Requests
/// under way may then end within 30 s; a second signal cuts them short.
pub async fn serve(settings: Settings) -> Result<(), GatewayError> {
    let mut signals = Signals::new()?;
    let connection_limit = raise_descriptor_limit();
    let mut taken = if settings.takeover { take(&settings.admin).await? } else { None };
    let sockets = taken.as_mut().map(|t| std::mem::take(&mut t.sockets)).unwrap_or_default();
    let state_file = StateFile(settings.state.clone());
    let state = state_file.load()?;
    let shared = Arc::new(Shared::new(state.key, worker_count()));
    let workers = Workers::start(&shared)?;
    let boot = dice::roll(dice::Dice::next);
    let control = Arc::new(Control::new(Arc::clone(&shared), workers, state_file, boot, connection_limit));
    control.adopt(sockets).await?;
    if let Some(table) = state.table {
        put_again(&control, table).await?;
    }
    let (handover, predecessor) = (Handover::new(&settings.admin), Predecessor::default());
    let desk = Desk { control: Arc::clone(&control), handover: handover.clone(), predecessor: predecessor.clone() };
    let _file = open_admin(&settings.admin, desk)?;
    if let Some(taken) = taken {
        predecessor.answers_on(taken.release().await?);
    }
    tokio::select! {
        () = signals.next() => {}
        () = handover.done() => {}
    }
    end(&control, &mut signals).await;
    Ok(())
}

/// The last table. Its ports may be busy for a moment after a crash.
async fn put_again(control: &Control, table: Table) -> Result<(), Refused> {
    let start = Instant::now();
    loop {
        match control.put(table.clone()).await {
            Err(Refused::Listen { source, .. })
                if source.kind() == io::ErrorKind::AddrInUse && start.elapsed() < PORTS_FREE_WITHIN =>
            {
                sleep(Duration::from_millis(50)).await;
            }
            other => return other.map(drop),
        }
    }
}

fn open_admin(path: &Path, desk: Desk) -> Result<socket::SocketFile, GatewayError> {
    let failed = |source| GatewayError::Admin { path: path.to_owned(), source };
    let admin = socket::bind(path).map_err(failed)?;
    // It answers until the process ends, also while requests drain.
    tokio::spawn(async move { axum::serve(admin.listener, router(desk)).await });
    Ok(admin.file)
}

/// Stops accepting, lets requests end, closes tunnels, cuts the rest: each in bounded time.
async fn end(control: &Control, signals: &mut Signals) {
    let shared = &control.shared;
    control.close_listeners().await;
    shared.advance(Phase::Draining);
    tokio::select! {
        _ = timeout(DRAIN_LIMIT - TUNNELS_END_WITHIN, shared.without_connections()) => {}
        () = signals.next() => {}
    }
    shared.advance(Phase::Closing);
    let parted = timeout(TUNNELS_END_WITHIN + Duration::from_secs(1), shared.without_connections()).await;
    shared.advance(Phase::Cut);
    if parted.is_err() {
        // What was cut still has to close its sockets.
        drop(timeout(Duration::from_secs(1), shared.without_connections()).await);
    }
}

/// The signals that end the process.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

fn worker_count() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(WORKERS_AT_MOST)
}

/// Each connection needs a descriptor towards the client and one towards the target.
fn raise_descriptor_limit() -> usize {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap_or((1024, 1024));
    let raised = setrlimit(Resource::RLIMIT_NOFILE, hard, hard).map_or(soft, |()| hard);
    let descriptors = usize::try_from(raised).unwrap_or(usize::MAX);
    (descriptors / 2).saturating_sub(64).clamp(64, CONNECTIONS_AT_MOST)
}
