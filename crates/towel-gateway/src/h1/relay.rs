//! Passes an answer's body on to an HTTP/1.1 client, and the rest of its request the other way.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Buf;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::body::{BodyFault, BodyReader, PIECE};
use super::client::H1Client;
use crate::exchange::account::Ending;
use crate::exchange::client::{Client, ClientFault};
use crate::exchange::deadline::Deadline;
use crate::exchange::link::Link;
use crate::exchange::watch::Watch;
use crate::settings::STALL_LIMIT;
use crate::target::Stage;

/// Both sides of an answer under way.
pub(crate) struct Relay<'a, 'b, IO> {
    pub(crate) client: &'a mut H1Client<'b, IO>,
    pub(crate) link: &'a mut Link,
    pub(crate) body: BodyReader,
    /// The target does not take more of the request.
    pub(crate) deaf: bool,
    pub(crate) deadline: &'a mut Deadline,
    pub(crate) watch: Watch,
}

/// The client went away.
#[derive(Debug, PartialEq, Eq)]
struct Gone;

impl<IO: AsyncRead + AsyncWrite + Unpin> Relay<'_, '_, IO> {
    /// Runs until the answer is written, or one side fails.
    pub(crate) async fn run(&mut self) -> Ending {
        let mut stalled_at = None;
        poll_fn(|cx| self.poll(cx, &mut stalled_at)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>, stalled_at: &mut Option<u64>) -> Poll<Ending> {
        loop {
            if self.push(cx) == Err(Gone) {
                return Poll::Ready(Ending::ClientGone);
            }
            let mut waits_for_target = false;
            if !self.body.is_done() && self.client.outbox.len() < PIECE {
                match self.body.poll_read(
                    cx,
                    &mut self.link.io,
                    &mut self.link.inbox,
                    self.client.outbox,
                    self.client.wrap,
                ) {
                    Poll::Ready(Ok(())) => {}
                    Poll::Ready(Err(BodyFault::Io(_) | BodyFault::Truncated | BodyFault::Malformed(_))) => {
                        return Poll::Ready(Ending::TargetFailed);
                    }
                    Poll::Pending => waits_for_target = true,
                }
            }
            match self.client.poll_write(cx) {
                Poll::Ready(Ok(())) if self.body.is_done() => return Poll::Ready(Ending::Complete),
                Poll::Ready(Ok(())) => {
                    *stalled_at = None;
                    if waits_for_target {
                        break;
                    }
                }
                Poll::Ready(Err(_)) => return Poll::Ready(Ending::ClientGone),
                Poll::Pending => {
                    if self.stall(cx, stalled_at) {
                        return Poll::Ready(Ending::ClientGone);
                    }
                    break;
                }
            }
        }
        self.poll_ends(cx)
    }

    /// The client reads nothing. Any progress restarts its time.
    fn stall(&mut self, cx: &mut Context<'_>, stalled_at: &mut Option<u64>) -> bool {
        if *stalled_at != Some(self.client.written) {
            *stalled_at = Some(self.client.written);
            self.deadline.set(Instant::now() + STALL_LIMIT);
        }
        self.deadline.poll_over(cx).is_ready()
    }

    fn poll_ends(&mut self, cx: &mut Context<'_>) -> Poll<Ending> {
        if self.client.body_is_done() && self.client.poll_gone(cx).is_ready() {
            return Poll::Ready(Ending::ClientGone);
        }
        if self.watch.poll(cx) == Stage::Cut {
            // Not its fault: it was told to go.
            return Poll::Ready(Ending::ClientGone);
        }
        Poll::Pending
    }

    /// Sends more of the request, if the target answered before it had all of it.
    fn push(&mut self, cx: &mut Context<'_>) -> Result<(), Gone> {
        while !self.deaf {
            if !self.link.outbox.is_empty() {
                match Pin::new(&mut self.link.io).poll_write(cx, &self.link.outbox) {
                    Poll::Ready(Ok(n)) if n > 0 => self.link.outbox.advance(n),
                    Poll::Ready(_) => self.deaf = true,
                    Poll::Pending => break,
                }
            } else if self.client.body_is_done() {
                break;
            } else {
                match self.client.poll_body(cx, &mut self.link.outbox) {
                    Poll::Ready(Ok(())) => {}
                    Poll::Ready(Err(ClientFault::Gone)) => return Err(Gone),
                    Poll::Ready(Err(_)) => self.deaf = true,
                    Poll::Pending => break,
                }
            }
        }
        Ok(())
    }
}
