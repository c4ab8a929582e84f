//! A client connection that speaks HTTP/1.1: one request after the other.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout};

use super::body::poll_fill;
use super::scan::{Scan, scan};
use super::serve::After;
use crate::exchange::deadline::Deadline;
use crate::exchange::forward::Origin;
use crate::refusal::{Refusal, phrase};
use crate::settings::{ENDING_IDLE, HEAD_LIMIT, HEAD_WITHIN, IDLE_LIMIT};
use crate::shared::{Door, Phase, Worker};

/// Buffers that one large request made larger than this are not kept.
const BUFFER_KEPT: usize = 64 * 1024;
const BROKEN_LINE: &str = "a line of the request's head does not end as it must";
/// After so long without a request, its next one is not expected at once.
const SHORT_IDLE: Duration = Duration::from_secs(1);
/// After a refusal, what the client is still sending is read for this long, so that it gets to
/// read the answer instead of a reset.
const LINGER: Duration = Duration::from_secs(1);

/// A connection between requests.
#[derive(Debug)]
pub(crate) struct Front<IO> {
    pub(crate) io: IO,
    pub(crate) inbox: BytesMut,
    pub(crate) outbox: BytesMut,
    pub(crate) forward: BytesMut,
    pub(crate) deadline: Deadline,
    pub(crate) worker: Worker,
    pub(crate) door: Arc<Door>,
    pub(crate) origin: Origin,
}

/// What came next.
enum Next {
    /// A head of so many bytes.
    Head(usize),
    Refuse(Refusal),
    /// The client went, or was idle for too long, or the gateway ends.
    Close,
}

/// How the wait for a head goes.
struct Wait {
    /// Bytes that need not be looked at again.
    scanned: usize,
    /// Something of the head is there.
    started: bool,
    /// After this time without a first byte the connection is closed.
    until: Instant,
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Front<IO> {
    /// `inbox` holds what was read already.
    pub(crate) fn new(io: IO, inbox: BytesMut, worker: Worker, door: Arc<Door>, origin: Origin) -> Self {
        let deadline = Deadline::after(Instant::now(), IDLE_LIMIT);
        let (outbox, forward) = (BytesMut::new(), BytesMut::new());
        Self { io, inbox, outbox, forward, deadline, worker, door, origin }
    }

    /// Serves until one side has had enough. What idle connections do not need is in boxes, so that
    /// they are small.
    pub(crate) async fn converse(mut self) {
        loop {
            let after = match self.next().await {
                Next::Head(end) => Box::pin(self.serve(end)).await,
                Next::Refuse(refusal) => Box::pin(self.refuse(&refusal, After::Linger)).await,
                Next::Close => After::Close,
            };
            match after {
                After::Next => self.shrink(),
                After::Tunnel(tunnel) => {
                    let Self { io, inbox, outbox, worker, .. } = self;
                    return Box::pin(tunnel.run(io, inbox, outbox, &worker)).await;
                }
                After::Linger => return Box::pin(self.linger()).await,
                After::Close => return,
            }
        }
    }

    async fn next(&mut self) -> Next {
        let worker = self.worker.clone();
        let mut bell = pin!(worker.bell().notified());
        let now = Instant::now();
        let mut wait = Wait { scanned: 0, started: false, until: now + IDLE_LIMIT };
        self.deadline.set(now + SHORT_IDLE);
        loop {
            let next = poll_fn(|cx| {
                let next = self.poll_next(cx, &mut wait);
                // A ringing bell is only waited for while nothing was read.
                if next.is_pending() && !wait.started && bell.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(None);
                }
                next.map(Some)
            });
            match next.await {
                Some(next) => return next,
                None => bell.set(worker.bell().notified()),
            }
        }
    }

    fn poll_next(&mut self, cx: &mut Context<'_>, wait: &mut Wait) -> Poll<Next> {
        loop {
            if let Some(next) = self.look_for_head(wait) {
                return Poll::Ready(next);
            }
            match poll_fill(cx, &mut self.io, &mut self.inbox) {
                Poll::Ready(Ok(n)) if n > 0 => {}
                Poll::Ready(_) => return Poll::Ready(Next::Close),
                Poll::Pending => break,
            }
        }
        while self.deadline.poll_over(cx).is_ready() {
            if wait.started {
                return Poll::Ready(Next::Refuse(Refusal::new(408, "the request's head took too long")));
            }
            if Instant::now() >= wait.until {
                return Poll::Ready(Next::Close);
            }
            self.release_buffers();
            self.deadline.set(wait.until);
        }
        Poll::Pending
    }

    /// Looks at what was read, and decides how long to wait for more.
    fn look_for_head(&mut self, wait: &mut Wait) -> Option<Next> {
        if wait.scanned == 0 {
            skip_empty_lines(&mut self.inbox);
        }
        match scan(&self.inbox, wait.scanned) {
            Scan::Complete(end) if end <= HEAD_LIMIT => return Some(Next::Head(end)),
            Scan::Malformed => return Some(Next::Refuse(Refusal::malformed(BROKEN_LINE))),
            Scan::Partial(next) if self.inbox.len() <= HEAD_LIMIT => wait.scanned = next,
            _ => return Some(Next::Refuse(Refusal::new(431, "the request's head is too large"))),
        }
        if self.inbox.is_empty() && self.worker.is_ending(&self.door) {
            if self.worker.shared.phase() >= Phase::Closing {
                return Some(Next::Close);
            }
            // The client may be sending its next request at this moment. That one is still
            // answered, with the news that it is the last; closing now would break it.
            wait.until = wait.until.min(Instant::now() + ENDING_IDLE);
            self.deadline.shorten(wait.until);
        }
        if !self.inbox.is_empty() && !wait.started {
            wait.started = true;
            self.deadline.set(Instant::now() + HEAD_WITHIN);
        }
        None
    }

    /// Answers in the place of a target.
    pub(crate) async fn refuse(&mut self, refusal: &Refusal, after: After) -> After {
        if refusal.status == 400 {
            self.worker.shared.process.malformed.add();
        }
        let body = refusal.body();
        let mut head = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n",
            refusal.status,
            phrase(refusal.status),
            body.len()
        );
        if let Some(seconds) = refusal.retry_seconds() {
            head += &format!("Retry-After: {seconds}\r\n");
        }
        if !matches!(after, After::Next) {
            head += "Connection: close\r\n";
        }
        self.outbox.clear();
        for part in [head.as_str(), "\r\n", body.as_str()] {
            self.outbox.extend_from_slice(part.as_bytes());
        }
        let written = timeout(LINGER, async {
            self.io.write_all(&self.outbox).await?;
            self.io.flush().await
        });
        let ok = matches!(written.await, Ok(Ok(())));
        self.outbox.clear();
        if ok { after } else { After::Close }
    }

    /// Closes without destroying the answer on its way to the client.
    async fn linger(mut self) {
        let reading = timeout(LINGER, async {
            self.io.shutdown().await?;
            let mut sink = [0; 4096];
            while self.io.read(&mut sink).await? > 0 {}
            std::io::Result::Ok(())
        });
        // Whatever the client does now, its answer is written.
        drop(reading.await);
    }

    /// Thousands of idle connections hold no memory that they do not use.
    fn release_buffers(&mut self) {
        for buffer in [&mut self.inbox, &mut self.outbox, &mut self.forward] {
            if buffer.is_empty() {
                *buffer = BytesMut::new();
            }
        }
    }

    fn shrink(&mut self) {
        for buffer in [&mut self.inbox, &mut self.outbox, &mut self.forward] {
            if buffer.is_empty() && buffer.capacity() > BUFFER_KEPT {
                *buffer = BytesMut::new();
            }
        }
    }
}

/// Some clients send an empty line after a body.
fn skip_empty_lines(buf: &mut BytesMut) {
    while buf.starts_with(b"\r\n") {
        buf.advance(2);
    }
}
