//! Keeps one instance alive: starts it, listens to its probes, starts it again when it ends, and lets it go
//! when it is told to leave.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::backoff::{Backoff, Chance, Life};
use super::core::{Core, Order};
use super::health::{Checks, Verdict, watch_health};
use super::memory::Memory;
use super::program::{Place, Program};
use super::shimmed::{Outcome, Shimmed};
use super::{Logs, words};
use crate::shim::{Failure, Launch};
use crate::{Exit, Phase};

/// Beyond its stop time a shim gets this much more before it is killed itself.
const GRACE: Duration = Duration::from_secs(5);
/// A program that cannot be started is tried again so often, should its file appear.
const RETRY: Duration = Duration::from_secs(30);

/// Pause while its program is being written, and how often.
const WRITING: Duration = Duration::from_millis(200);
const WRITING_ATTEMPTS: u32 = 25;

/// The task of one instance or datastore.
pub(crate) struct Keeper {
    core: Arc<Core>,
    id: String,
    service: String,
    program: Arc<dyn Program>,
    orders: watch::Receiver<Order>,
    memory: Memory,
    backoff: Backoff,
    chance: Chance,
    last_answer: String,
    /// Its process was started no earlier; what is older in the log is another process's.
    begun: Timestamp,
}

/// Why a process is not being watched any more.
enum End {
    /// It ended, or was ended because of `because`.
    Over { outcome: Outcome, because: Option<String>, life: Life },
    /// It was told to leave and has.
    Left,
}

impl Keeper {
    pub(crate) fn new(
        core: Arc<Core>,
        program: Arc<dyn Program>,
        orders: watch::Receiver<Order>,
        memory: Memory,
    ) -> Self {
        let (id, service) = (memory.id().to_owned(), memory.service().to_owned());
        let chance = Chance::new(core.settings.seed, &id);
        let (backoff, last_answer, begun) = (Backoff::default(), String::new(), Timestamp::UNIX_EPOCH);
        Self { core, id, service, program, orders, memory, backoff, chance, last_answer, begun }
    }

    /// Until it has left.
    pub(crate) async fn keep(mut self) {
        let mut found = self.memory.find_shim().await;
        if found.is_none() {
            self.note_end_meanwhile();
            if !self.wait_for_needs().await {
                return self.remove();
            }
        }
        loop {
            let started = match found.take() {
                Some(shimmed) => Ok(self.adopt(shimmed)),
                None => self.start().await,
            };
            let end = match started {
                Ok((shimmed, checks)) => self.watch_over(shimmed, checks).await,
                Err(reason) => {
                    self.core.enter(&self.id, Phase::Failed, reason);
                    if self.rest(RETRY).await { continue } else { End::Left }
                }
            };
            let stays = match end {
                End::Left => false,
                End::Over { outcome, because, life } => self.pause(outcome, because, life).await,
            };
            if !stays {
                return self.remove();
            }
            self.memory.count_restart();
            let restarts = self.memory.restarts();
            self.core.update(&self.id, |view| view.restarts = restarts);
        }
    }

    /// What a process did that ended while no supervisor was there to see it.
    fn note_end_meanwhile(&mut self) {
        if let Some(outcome) = self.memory.outcome_left() {
            let exit = self.exit(outcome);
            self.memory.count_restart();
            let restarts = self.memory.restarts();
            self.core.update(&self.id, |view| (view.last_exit, view.restarts) = (Some(exit), restarts));
        }
    }

    /// Only before the first start: a dependency that fails later is the service's own to cope with.
    async fn wait_for_needs(&mut self) -> bool {
        let mut changes = self.core.changes();
        loop {
            changes.borrow_and_update();
            let missing = self.core.missing(&self.program.needs());
            if missing.is_empty() {
                return *self.orders.borrow() == Order::Run;
            }
            self.core.enter(&self.id, Phase::Starting, format!("waits for {}", missing.join(", ")));
            tokio::select! {
                () = leave(&mut self.orders) => return false,
                changed = changes.changed() => if changed.is_err() { return false },
            }
        }
    }

    async fn start(&mut self) -> Result<(Shimmed, Checks), String> {
        // A failed start stays one until a process runs, lest every new attempt looks like news.
        if self.core.phase(&self.id) != Some(Phase::Failed) {
            self.core.enter(&self.id, Phase::Starting, "");
        }
        self.memory.begin_process();
        let place = self.memory.choose_place()?;
        self.core.update(&self.id, |view| view.address = place.address);
        let prepared = self.program.prepare(&place).await?;
        let checks = self.program.checks(&place)?;
        let cgroups = self.memory.make_cgroups(&self.program.resources());
        let log = self.core.folders.log(&self.service, &self.id);
        let launch = self.core.launch(prepared, cgroups, log);
        self.memory.make_folder()?;
        self.begun = Timestamp::now();
        let started = start_when_written(self.memory.folder(), &launch).await;
        let shimmed = started.map_err(|failure| super::launch::explain(&launch, &failure))?;
        self.core.enter(&self.id, Phase::Starting, "");
        self.show_process(&shimmed);
        Ok((shimmed, checks))
    }

    /// Takes over a process that another supervisor started. It keeps its environment; the probes are made
    /// from today's.
    fn adopt(&mut self, shimmed: Shimmed) -> (Shimmed, Checks) {
        self.begun = shimmed.started - Duration::from_secs(1);
        self.show_process(&shimmed);
        let place: Place = self.memory.place();
        match self.program.checks(&place) {
            Ok(checks) => (shimmed, checks),
            // It runs; that it could not be started again today must not end it.
            Err(reason) => {
                self.core.notice(format!("`{}` runs without probes: {reason}", self.id));
                (shimmed, Checks::default())
            }
        }
    }

    fn show_process(&self, shimmed: &Shimmed) {
        let (pid, started) = (shimmed.service.pid, shimmed.started);
        self.core.update(&self.id, |view| (view.pid, view.started) = (Some(pid), Some(started)));
    }

    async fn watch_over(&mut self, mut shimmed: Shimmed, checks: Checks) -> End {
        let (tell, mut verdicts) = mpsc::unbounded_channel();
        let mut ready = self.memory.is_ready();
        let mut watched = Watched::new(ready, self.memory.once_ready(), self.program.start_within());
        let (already, once_ready) = (ready, watched.once_ready);
        // Without probes there comes an end to asking, which is no end of watching.
        let health = async {
            watch_health(&checks, already, once_ready, &tell).await;
            std::future::pending::<()>().await;
        };
        tokio::pin!(health);
        loop {
            let overdue = async {
                if ready || watched.once_ready { std::future::pending().await } else { sleep_until(watched.due).await }
            };
            let because = tokio::select! {
                () = shimmed.ended() => {
                    return End::Over { outcome: shimmed.outcome(), because: None, life: watched.life(false) };
                }
                () = leave(&mut self.orders) => {
                    self.let_go(&mut shimmed, watched.once_ready).await;
                    return End::Left;
                }
                Some(verdict) = verdicts.recv() => match self.take_verdict(verdict, &mut ready, &mut watched) {
                    Some(because) => because,
                    None => continue,
                },
                () = overdue => {
                    let within = words::span(self.program.start_within());
                    let life = watched.life(true);
                    let because = format!("was not ready within {within}: {}", self.answer());
                    return self.end_for(&mut shimmed, because, life, false).await;
                }
                () = &mut health => continue,
            };
            return self.end_for(&mut shimmed, because, watched.life(false), true).await;
        }
    }

    fn take_verdict(&mut self, verdict: Verdict, ready: &mut bool, watched: &mut Watched) -> Option<String> {
        match verdict {
            Verdict::Answered(answer) => {
                let words = answer.words();
                let news = self.last_answer != answer.gist;
                self.last_answer = answer.gist;
                self.show_answer(words, news);
                None
            }
            Verdict::Ready => {
                *ready = true;
                watched.became_ready();
                self.memory.note_ready(true);
                self.core.enter(&self.id, Phase::Ready, "");
                None
            }
            Verdict::Unready(words) => {
                *ready = false;
                watched.became_unready();
                self.memory.note_ready(false);
                self.core.enter(&self.id, Phase::Unready, words);
                None
            }
            Verdict::Dead(words) => Some(format!("did not live any more: {words}")),
        }
    }

    /// The time an answer took changes with every one and is no news.
    fn show_answer(&self, words: String, news: bool) {
        if news {
            self.core.update(&self.id, |view| view.last_answer = Some(words));
        } else if let Some(cell) = self.core.state().cells.get_mut(&self.id) {
            cell.view.last_answer = Some(words);
        }
    }

    fn answer(&self) -> &str {
        if self.last_answer.is_empty() { "no probe answered" } else { &self.last_answer }
    }

    /// Ends a process that has to be started again.
    async fn end_for(&mut self, shimmed: &mut Shimmed, because: String, life: Life, once_ready: bool) -> End {
        self.memory.note_ready(false);
        self.core.enter(&self.id, Phase::Unready, because.clone());
        self.stop(shimmed, once_ready).await;
        End::Over { outcome: shimmed.outcome(), because: Some(because), life }
    }

    async fn let_go(&mut self, shimmed: &mut Shimmed, once_ready: bool) {
        self.memory.note_leaving();
        self.core.enter(&self.id, Phase::Draining, "");
        self.stop(shimmed, once_ready).await;
        let exit = self.exit(shimmed.outcome());
        self.core.update(&self.id, |view| view.last_exit = Some(exit));
    }

    /// Drains and stops; the shim kills what does not end in time.
    async fn stop(&self, shimmed: &mut Shimmed, once_ready: bool) {
        let view = self.core.state().cells.get(&self.id).map(|cell| cell.view.clone());
        if let (Some(view), Some(limit), true) = (view, self.program.drain(), once_ready) {
            let drained = timeout(limit + GRACE, self.core.settings.drain.drain(&view, limit));
            tokio::select! {
                _done = drained => {}
                () = shimmed.ended() => return,
            }
        }
        shimmed.stop();
        let patience = self.memory.stop_within + GRACE;
        if timeout(patience, shimmed.ended()).await.is_err() {
            self.core.notice(format!("the shim of `{}` did not end in time and was killed", self.id));
            shimmed.kill();
            shimmed.ended().await;
        }
    }

    /// Waits for the next start; says whether there shall be one.
    async fn pause(&mut self, outcome: Outcome, because: Option<String>, life: Life) -> bool {
        let exit = self.exit(outcome);
        let in_use = exit.last_lines.iter().any(|line| says_in_use(line));
        let pause = self.backoff.after(life, self.chance.share());
        if in_use {
            self.memory.give_up_port();
        }
        let why = because.unwrap_or_else(|| words::outcome(outcome));
        let again = words::span(round(pause.length));
        let (phase, reason) = if pause.crash_loop {
            (Phase::CrashLoop, format!("{why}; that was end {} in a row; started again in {again}", pause.row))
        } else {
            (Phase::BackOff, format!("{why}; started again in {again}"))
        };
        self.memory.note_ready(false);
        self.core.update(&self.id, |view| (view.pid, view.last_exit) = (None, Some(exit)));
        self.core.enter(&self.id, phase, reason);
        self.rest(pause.length).await
    }

    /// Says whether to go on.
    async fn rest(&mut self, length: Duration) -> bool {
        tokio::select! {
            () = sleep(length) => true,
            () = leave(&mut self.orders) => false,
        }
    }

    fn exit(&self, outcome: Outcome) -> Exit {
        let (code, signal, at) = match outcome {
            Outcome::Told(ended) => (ended.code, ended.signal, ended.at),
            Outcome::ShimKilled => (None, Some(nix::sys::signal::Signal::SIGKILL as i32), Timestamp::now()),
        };
        let log: PathBuf = self.core.folders.log(&self.service, &self.id);
        let last_lines = super::logs::last_texts(&log, 10, self.begun).unwrap_or_default();
        Exit { code, signal, at, last_lines }
    }

    fn remove(mut self) {
        self.memory.forget();
        {
            let mut state = self.core.state();
            state.cells.remove(&self.id);
            state.datastores.remove(&self.id);
        }
        self.core.changed();
        let living = |name: &str| self.core.state().cells.contains_key(name);
        if let Err(error) = Logs::new(&self.core.folders.state).prune(&self.service, living) {
            self.core.notice(format!("old logs of `{}` could not be removed: {error}", self.service));
        }
    }
}

/// A program that a build or a copy has open for writing this very moment cannot be run yet.
async fn start_when_written(folder: &Path, launch: &Launch) -> Result<Shimmed, Failure> {
    for _ in 0..WRITING_ATTEMPTS {
        match Shimmed::start(folder, launch).await {
            Err(failure) if failure.errno == nix::errno::Errno::ETXTBSY as i32 => sleep(WRITING).await,
            other => return other,
        }
    }
    Shimmed::start(folder, launch).await
}

/// Returns when it is told to leave, or when nobody is left to tell it anything else.
async fn leave(orders: &mut watch::Receiver<Order>) {
    drop(orders.wait_for(|order| *order == Order::Leave).await);
}

fn says_in_use(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    line.contains("address already in use") || line.contains("eaddrinuse")
}

fn round(length: Duration) -> Duration {
    if length < Duration::from_secs(2) { length } else { Duration::from_secs(length.as_secs_f64().round() as u64) }
}

/// What one process's life amounted to.
struct Watched {
    due: Instant,
    once_ready: bool,
    since: Option<Instant>,
    ready_for: Duration,
}

impl Watched {
    fn new(ready: bool, once_ready: bool, start_within: Duration) -> Self {
        let now = Instant::now();
        Self { due: now + start_within, once_ready, since: ready.then_some(now), ready_for: Duration::ZERO }
    }

    fn became_ready(&mut self) {
        self.once_ready = true;
        self.since.get_or_insert_with(Instant::now);
    }

    fn became_unready(&mut self) {
        self.ready_for += self.since.take().map_or(Duration::ZERO, |since| since.elapsed());
    }

    fn life(&mut self, never_ready: bool) -> Life {
        self.became_unready();
        Life { ready_for: self.ready_for, never_ready }
    }
}
