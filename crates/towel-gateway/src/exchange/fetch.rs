//! A request's attempts: which version, which target, and whether to try again.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::account::Account;
use super::attempt::{Attempt, Failure, Reply};
use super::client::{Client, ClientFault};
use super::deadline::Deadline;
use super::hold::hold;
use super::link::Link;
use super::order::{Order, Replay};
use crate::h1::response::Answered;
use crate::metrics::backend::RetryReason;
use crate::refusal::Refusal;
use crate::shared::Worker;
use crate::split::dice;
use crate::split::pick::{Choice, pick, pick_first};
use crate::target::Flight;

/// An idempotent request that a new version answers like this is repeated on the first version.
const REPEATED: [u16; 4] = [500, 502, 503, 504];
/// More connect failures than this in a row are an outage.
const CONNECT_TRIES: usize = 3;

/// An answer that is to be passed on.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) link: Link,
    pub(crate) answered: Answered,
    pub(crate) time: Duration,
    pub(crate) deaf: bool,
    pub(crate) flight: Flight,
    pub(crate) account: Account,
}

/// Why there is none.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// The gateway answers in its stead.
    Refused(Refusal),
    /// There is nobody to answer.
    Client(ClientFault),
}

/// Brings an answer from some target of the order's backend.
pub(crate) async fn fetch<C: Client>(
    order: &mut Order,
    client: &mut C,
    deadline: &mut Deadline,
    worker: &Worker,
) -> Result<Answer, Unanswered> {
    let (choice, flight) = board(order, client, deadline, worker).await?;
    let mut route =
        Route { choice, flight, is_evidence: order.is_evidence(), pooled: true, connects: 0, repeated: false };
    let mut replay = Replay::new(order.traits.idempotent);
    loop {
        let account = route.account(order, worker);
        let fallback = route.fallback(order);
        let discard = if fallback.is_some() && order.traits.idempotent { &REPEATED[..] } else { &[] };
        let (order_ref, replay_ref, pooled) = (&*order, &mut replay, route.pooled);
        let attempt = Attempt { order: order_ref, replay: replay_ref, client, deadline, worker, pooled, discard };
        match (attempt.make(route.flight.target()).await, fallback) {
            (Ok(reply), Some(fallback)) if replay.whole && discard.contains(&reply.answered.status) => {
                account.answered(reply.answered.status, Some(reply.time));
                account.bad();
                route.go_to(fallback, order, RetryReason::Status);
            }
            (Ok(reply), _) => return Ok(route.answer(reply, account, order)),
            (Err(Failure::Cut), _) => {
                order.backend.metrics.count_retry(RetryReason::Drain);
                let (choice, flight) = board(order, client, deadline, worker).await?;
                route = Route { choice, flight, is_evidence: false, ..route };
            }
            (Err(failure), fallback) => route.after(&failure, &account, order, &replay, fallback)?,
        }
    }
}

/// Where the next attempt goes, and what happened to those before.
struct Route {
    choice: Choice,
    flight: Flight,
    is_evidence: bool,
    pooled: bool,
    connects: usize,
    repeated: bool,
}

impl Route {
    fn account(&self, order: &Order, worker: &Worker) -> Account {
        Account {
            backend: Arc::clone(&order.backend),
            version: self.choice.version,
            worker: worker.index,
            is_evidence: self.is_evidence,
            client: order.client,
            warm: self.choice.target.serve_one(Instant::now()),
        }
    }

    /// The first version's target for what another version fails at.
    fn fallback(&self, order: &Order) -> Option<Choice> {
        if self.choice.version == 0 {
            return None;
        }
        dice::roll(|dice| pick_first(&order.backend, order.client, &self.choice.target, dice))
    }

    /// Whatever answers now was not chosen by weight.
    fn go_to(&mut self, choice: Choice, order: &Order, reason: RetryReason) {
        order.backend.metrics.count_retry(reason);
        self.flight = Flight::begin(&choice.target);
        self.choice = choice;
        self.is_evidence = false;
        self.pooled = true;
    }

    /// Counts a failure, and prepares the next attempt if there may be one.
    fn after(
        &mut self,
        failure: &Failure,
        account: &Account,
        order: &Order,
        replay: &Replay,
        fallback: Option<Choice>,
    ) -> Result<(), Unanswered> {
        let reason = match failure {
            Failure::Client(fault) => return Err(Unanswered::Client(*fault)),
            // Nothing was sent, or it may be sent twice: a new connection, the same target.
            Failure::Stale => return self.reconnect(order, replay, failure),
            Failure::Died { reused: true } if order.traits.idempotent && !self.repeated => {
                self.repeated = true;
                return self.reconnect(order, replay, failure);
            }
            Failure::Connect(_) => RetryReason::Connect,
            Failure::Timeout => RetryReason::Timeout,
            Failure::Died { .. } | Failure::Broken(_) | Failure::Cut => RetryReason::Broken,
        };
        account.bad();
        account.answered(refusal(failure, order).status, None);
        let nothing_sent = reason == RetryReason::Connect;
        let next = match fallback {
            Some(fallback) => Some(fallback).filter(|_| nothing_sent || order.traits.idempotent),
            None if nothing_sent => self.neighbour(order),
            None => None,
        };
        match next.filter(|_| replay.whole) {
            Some(next) => {
                self.go_to(next, order, reason);
                Ok(())
            }
            None => Err(Unanswered::Refused(refusal(failure, order))),
        }
    }

    fn reconnect(&mut self, order: &Order, replay: &Replay, failure: &Failure) -> Result<(), Unanswered> {
        if !replay.whole {
            return Err(Unanswered::Refused(refusal(failure, order)));
        }
        order.backend.metrics.count_retry(RetryReason::Stale);
        self.pooled = false;
        Ok(())
    }

    /// Another target of the same version, while an instance is gone that the table still has.
    fn neighbour(&mut self, order: &Order) -> Option<Choice> {
        self.connects += 1;
        if self.connects >= CONNECT_TRIES || self.choice.version != 0 {
            return None;
        }
        dice::roll(|dice| pick_first(&order.backend, order.client, &self.choice.target, dice))
    }

    fn answer(self, reply: Reply, account: Account, order: &Order) -> Answer {
        let Reply { link, answered, time, deaf } = reply;
        let says_something = !(answered.status == 101 || answered.event_stream || order.traits.upgrade);
        account.answered(answered.status, says_something.then_some(time));
        Answer { link, answered, time, deaf, flight: self.flight, account }
    }
}

/// Chooses a target and counts the request as under way to it, in a plan that is still in force.
async fn board<C: Client>(
    order: &mut Order,
    client: &mut C,
    deadline: &mut Deadline,
    worker: &Worker,
) -> Result<(Choice, Flight), Unanswered> {
    loop {
        let Some(choice) = dice::roll(|dice| pick(&order.backend, order.client, dice)) else {
            hold(order, client, deadline, worker).await?;
            continue;
        };
        let flight = Flight::begin(&choice.target);
        if worker.shared.number() == order.plan {
            return Ok((choice, flight));
        }
        // A newer plan may not have the target any more, and nobody would wait for this flight.
        drop(flight);
        order.renew(&worker.shared).map_err(Unanswered::Refused)?;
    }
}

fn refusal(failure: &Failure, order: &Order) -> Refusal {
    let backend = &order.backend.name;
    match failure {
        Failure::Timeout => Refusal::new(504, format!("`{backend}` did not answer within {:?}", order.backend.timeout)),
        Failure::Connect(e) => Refusal::new(502, format!("`{backend}` cannot be connected to: {}", e.kind())),
        Failure::Broken(broken) => {
            Refusal::new(502, format!("the answer of `{backend}` was not passed on: {}", broken.0))
        }
        _ => Refusal::new(502, format!("`{backend}` closed the connection before it answered")),
    }
}
