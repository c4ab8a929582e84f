//! Asks an instance's probes for its whole life and says when it became ready, unready or dead.

use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::ask::{Answer, Question};

/// Pause between questions while an instance starts and has not answered well yet.
const IMPATIENT: Duration = Duration::from_millis(200);
/// An instance without any probe is ready when its process has lived for so long.
const MOMENT: Duration = Duration::from_secs(1);

/// A question with its patience.
pub(crate) struct Check {
    /// What is asked.
    pub(crate) question: Question,
    /// From one question to the next.
    pub(crate) every: Duration,
    /// How long an answer may take.
    pub(crate) within: Duration,
    /// Failures in a row until it counts as failed.
    pub(crate) failures: u32,
    /// Successes in a row until it counts as well.
    pub(crate) successes: u32,
}

/// An instance's probes.
#[derive(Default)]
pub(crate) struct Checks {
    /// Failing means: send it no traffic.
    pub(crate) ready: Option<Check>,
    /// Failing means: start it again.
    pub(crate) live: Option<Check>,
}

/// What a probe found out.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// An answer, whatever it changes.
    Answered(Answer),
    /// It is ready (again).
    Ready,
    /// It was ready, and failed so many times in a row.
    Unready(String),
    /// Its liveness failed so many times in a row.
    Dead(String),
}

/// Asks until dropped. `ready` says whether the instance is known to be ready already, `once_ready` whether
/// its process ever was.
pub(crate) async fn watch_health(checks: &Checks, ready: bool, once_ready: bool, tell: &UnboundedSender<Verdict>) {
    let (readiness, known) = watch::channel(once_ready);
    let liveness = async {
        if let Some(check) = &checks.live {
            // Liveness does not count before the instance was ready once.
            let mut known = known;
            drop(known.wait_for(|ready| *ready).await);
            // Without a readiness probe, these answers are the ones to show.
            watch_liveness(check, tell, checks.ready.is_none()).await;
        }
    };
    tokio::join!(watch_readiness(checks, ready, &readiness, tell), liveness);
}

async fn watch_readiness(
    checks: &Checks,
    already: bool,
    readiness: &watch::Sender<bool>,
    tell: &UnboundedSender<Verdict>,
) {
    let become_ready = || {
        readiness.send_replace(true);
        let _gone = tell.send(Verdict::Ready);
    };
    match (&checks.ready, &checks.live) {
        (Some(check), _) => watch_continuously(check, already, tell, become_ready).await,
        (None, _) if already => {}
        (None, Some(check)) => wait_until_well(check, tell).await.map_or((), |()| become_ready()),
        (None, None) => {
            sleep(MOMENT).await;
            become_ready();
        }
    }
}

/// The first run of successes.
async fn wait_until_well(check: &Check, tell: &UnboundedSender<Verdict>) -> Option<()> {
    let mut row = 0;
    loop {
        let began = Instant::now();
        let answer = check.question.ask(check.within).await;
        row = if answer.good { row + 1 } else { 0 };
        let pause = if answer.good { check.every } else { check.every.min(IMPATIENT) };
        tell.send(Verdict::Answered(answer)).ok()?;
        if row >= check.successes.max(1) {
            return Some(());
        }
        sleep_until(began + pause).await;
    }
}

async fn watch_continuously(check: &Check, already: bool, tell: &UnboundedSender<Verdict>, become_ready: impl Fn()) {
    let mut ready = already;
    if !already {
        if wait_until_well(check, tell).await.is_none() {
            return;
        }
        ready = true;
        become_ready();
        sleep(check.every).await;
    }
    let mut row = 0;
    loop {
        let began = Instant::now();
        let answer = check.question.ask(check.within).await;
        // Counts what speaks against the present state, in a row.
        row = if answer.good == ready { 0 } else { row + 1 };
        let words = answer.words();
        if tell.send(Verdict::Answered(answer)).is_err() {
            return;
        }
        if ready && row >= check.failures.max(1) {
            (ready, row) = (false, 0);
            let _gone = tell.send(Verdict::Unready(in_a_row(&words, check.failures)));
        } else if !ready && row >= check.successes.max(1) {
            (ready, row) = (true, 0);
            become_ready();
        }
        sleep_until(began + check.every).await;
    }
}

async fn watch_liveness(check: &Check, tell: &UnboundedSender<Verdict>, show: bool) {
    let mut row = 0;
    loop {
        sleep(check.every).await;
        let answer = check.question.ask(check.within).await;
        row = if answer.good { 0 } else { row + 1 };
        let words = answer.words();
        if show && tell.send(Verdict::Answered(answer)).is_err() {
            return;
        }
        if row >= check.failures.max(1) {
            let _gone = tell.send(Verdict::Dead(in_a_row(&words, check.failures)));
            return;
        }
    }
}

fn in_a_row(words: &str, times: u32) -> String {
    if times <= 1 { words.to_owned() } else { format!("{words}, {times} times in a row") }
}
