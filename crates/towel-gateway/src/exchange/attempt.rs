//! One attempt: send the request over a connection, until the head of the answer is there.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Buf;
use tokio::io::AsyncWrite;
use tokio::time::{Instant, timeout};

use super::client::{Client, ClientFault};
use super::deadline::Deadline;
use super::link::Link;
use super::order::{Order, Replay};
use crate::h1::body::poll_fill;
use crate::h1::response::{Answered, BrokenAnswer, take_head};
use crate::settings::{CONNECT_WITHIN, POOL_FRESH, POOL_IDLE, STALL_LIMIT};
use crate::shared::Worker;
use crate::target::{Stage, Target};

/// Why an attempt brought no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Not connected; no byte was sent.
    Connect(io::Error),
    /// A kept connection was closed; no byte was sent.
    Stale,
    /// The connection broke before the answer.
    Died { reused: bool },
    /// The answer did not begin in time.
    Timeout,
    /// The target is being stopped and its time is over.
    Cut,
    /// The answer was not HTTP/1.1.
    Broken(BrokenAnswer),
    /// The client cannot be answered any more.
    Client(ClientFault),
}

/// An answer's head came.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) link: Link,
    pub(crate) answered: Answered,
    /// From the end of the request, or the attempt's start if that was later, to the answer.
    pub(crate) time: Duration,
    /// The target does not take the rest of the request.
    pub(crate) deaf: bool,
}

/// What an attempt works with.
pub(crate) struct Attempt<'a, C> {
    pub(crate) order: &'a Order,
    pub(crate) replay: &'a mut Replay,
    pub(crate) client: &'a mut C,
    pub(crate) deadline: &'a mut Deadline,
    pub(crate) worker: &'a Worker,
    /// Connections that were used before may be used.
    pub(crate) pooled: bool,
    /// Answers with these statuses are not shown to the client, if the request can be repeated.
    pub(crate) discard: &'a [u16],
}

/// Where sending stands.
struct Progress {
    sent: bool,
    deaf: bool,
    clock: Instant,
    asked: bool,
}

impl<C: Client> Attempt<'_, C> {
    /// Makes the attempt.
    pub(crate) async fn make(mut self, target: &Arc<Target>) -> Result<Reply, Failure> {
        let start = Instant::now();
        let mut link = self.link(target, start).await?;
        link.outbox.extend_from_slice(&self.order.forward);
        link.outbox.extend_from_slice(&self.replay.kept);
        let mut progress = Progress { sent: false, deaf: false, clock: start, asked: false };
        let mut bell = pin!(target.bell(self.worker.index).notified());
        let answered = poll_fn(|cx| {
            let answered = self.poll(cx, &mut link, &mut progress);
            let rung = answered.is_pending() && self.may_repeat() && bell.as_mut().poll(cx).is_ready();
            if rung && target.stage() == Stage::Cut {
                return Poll::Ready(Err(Failure::Cut));
            }
            if rung {
                bell.set(target.bell(self.worker.index).notified());
                cx.waker().wake_by_ref();
            }
            answered
        });
        let answered = answered.await?;
        let time = progress.clock.elapsed();
        Ok(Reply { link, answered, time, deaf: progress.deaf })
    }

    fn may_repeat(&self) -> bool {
        self.order.traits.idempotent && self.replay.whole
    }

    async fn link(&mut self, target: &Target, now: Instant) -> Result<Link, Failure> {
        // What must not be sent twice goes over a connection that was surely not just closed.
        let fresh = if self.order.traits.idempotent { POOL_IDLE } else { POOL_FRESH };
        if self.pooled
            && let Some(link) = target.pools[self.worker.index].take(now, fresh)
            && (self.order.traits.idempotent || link.is_open())
        {
            return Ok(link);
        }
        let within = CONNECT_WITHIN.min(self.order.backend.timeout);
        match timeout(within, Link::connect(target.address)).await {
            Ok(connected) => connected.map_err(Failure::Connect),
            Err(_) => Err(Failure::Connect(io::ErrorKind::TimedOut.into())),
        }
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        link: &mut Link,
        progress: &mut Progress,
    ) -> Poll<Result<Answered, Failure>> {
        loop {
            self.send(cx, link, progress)?;
            match poll_fill(cx, &mut link.io, &mut link.inbox) {
                Poll::Ready(Ok(n)) if n > 0 => {
                    if let Some(answered) = self.read_heads(link)? {
                        return Poll::Ready(Ok(answered));
                    }
                }
                Poll::Ready(_) => return Poll::Ready(Err(Failure::Died { reused: link.reused })),
                Poll::Pending => break,
            }
        }
        if let Poll::Ready(Err(fault)) = self.client.poll_interim(cx) {
            return Poll::Ready(Err(Failure::Client(fault)));
        }
        if self.client.body_is_done() && self.client.poll_gone(cx).is_ready() {
            return Poll::Ready(Err(Failure::Client(ClientFault::Gone)));
        }
        match self.deadline.poll_over(cx) {
            Poll::Ready(()) => Poll::Ready(Err(self.overdue(link))),
            Poll::Pending => Poll::Pending,
        }
    }

    /// Sends as much as goes at once.
    fn send(&mut self, cx: &mut Context<'_>, link: &mut Link, progress: &mut Progress) -> Result<(), Failure> {
        while !progress.deaf {
            if !link.outbox.is_empty() {
                match Pin::new(&mut link.io).poll_write(cx, &link.outbox) {
                    Poll::Ready(Ok(n)) if n > 0 => {
                        progress.sent = true;
                        link.outbox.advance(n);
                        continue;
                    }
                    Poll::Ready(_) if !progress.sent && link.reused => return Err(Failure::Stale),
                    // It may have answered already, without waiting for the rest.
                    Poll::Ready(_) => progress.deaf = true,
                    Poll::Pending => {}
                }
                break;
            }
            if self.client.body_is_done() {
                break;
            }
            match self.client.poll_body(cx, &mut link.outbox) {
                Poll::Ready(Ok(())) => {
                    self.replay.note(&link.outbox);
                    progress.clock = Instant::now();
                    progress.asked = false;
                }
                Poll::Ready(Err(fault)) => return Err(Failure::Client(fault)),
                Poll::Pending => break,
            }
        }
        if !progress.asked {
            // The target's time begins when it has the whole request; until then the client's runs.
            let time = if self.client.body_is_done() { self.order.backend.timeout } else { STALL_LIMIT };
            self.deadline.set(progress.clock + time);
            progress.asked = true;
        }
        Ok(())
    }

    /// Reads heads until a final one.
    fn read_heads(&mut self, link: &mut Link) -> Result<Option<Answered>, Failure> {
        loop {
            let (client, order) = (&mut *self.client, self.order);
            let may_repeat = self.replay.whole;
            let discard = self.discard;
            let head = take_head(&mut link.inbox, &order.traits, |head| {
                if head.is_interim() {
                    client.interim(head);
                } else if !(may_repeat && discard.contains(&head.status)) {
                    client.answer(head, order.set_cookie.as_deref());
                }
            });
            match head.map_err(Failure::Broken)? {
                Some(interim) if interim.status < 200 && interim.status != 101 => {}
                other => return Ok(other),
            }
            if link.inbox.is_empty() {
                return Ok(None);
            }
        }
    }

    fn overdue(&self, link: &Link) -> Failure {
        if self.client.body_is_done() || !link.outbox.is_empty() {
            Failure::Timeout
        } else {
            Failure::Client(ClientFault::Stalled)
        }
    }
}
