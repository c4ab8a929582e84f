//! An answer's body on its way to an HTTP/2 client.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes, BytesMut};
use hyper::body::{Body, Frame, SizeHint};
use tokio::io::AsyncWrite;

use super::client::H2Client;
use crate::exchange::account::Ending;
use crate::exchange::client::Client;
use crate::exchange::fetch::Answer;
use crate::exchange::link::keep;
use crate::exchange::watch::Watch;
use crate::h1::body::{BodyReader, Framing, Wrap};
use crate::shared::Worker;
use crate::target::Stage;

/// From a target, or a text of the gateway's own.
#[derive(Debug)]
pub(crate) enum Stream {
    Text(Option<Bytes>),
    Answer(Box<Relay>),
}

/// Both sides of an answer under way.
#[derive(Debug)]
pub(crate) struct Relay {
    /// Gone when the answer came to an end.
    answer: Option<Answer>,
    client: H2Client,
    body: BodyReader,
    buf: BytesMut,
    watch: Watch,
    worker: Worker,
}

impl Stream {
    pub(crate) fn new(answer: Answer, client: H2Client, worker: &Worker) -> Self {
        let watch = Watch::new(answer.flight.target(), worker);
        let body = BodyReader::new(answer.answered.framing);
        let mut relay =
            Relay { answer: Some(answer), client, body, buf: BytesMut::new(), watch, worker: worker.clone() };
        if relay.body.is_done() && relay.client.body_is_done() {
            relay.end(Ending::Complete);
        }
        Self::Answer(Box::new(relay))
    }

    pub(crate) fn text(text: String) -> Self {
        Self::Text(Some(text.into()))
    }
}

impl Body for Stream {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match &mut *self {
            Self::Text(text) => Poll::Ready(text.take().map(|t| Ok(Frame::data(t)))),
            Self::Answer(relay) => relay.poll(cx).map(|next| next.map(|data| data.map(Frame::data))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Text(text) => text.is_none(),
            Self::Answer(relay) => relay.answer.is_none() && relay.body.is_done(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Text(text) => SizeHint::with_exact(text.as_ref().map_or(0, |t| t.len() as u64)),
            Self::Answer(relay) => match (&relay.answer, &relay.body) {
                (Some(a), BodyReader::Length(left)) if matches!(a.answered.framing, Framing::Length(_)) => {
                    SizeHint::with_exact(*left)
                }
                _ => SizeHint::default(),
            },
        }
    }
}

impl Relay {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        self.push(cx);
        let Some(answer) = &mut self.answer else { return Poll::Ready(None) };
        if self.body.is_done() {
            self.end(Ending::Complete);
            return Poll::Ready(None);
        }
        match self.body.poll_read(cx, &mut answer.link.io, &mut answer.link.inbox, &mut self.buf, Wrap::Raw) {
            Poll::Ready(Ok(())) => {
                let data = self.buf.split().freeze();
                if self.body.is_done() {
                    self.end(Ending::Complete);
                }
                Poll::Ready(Some(Ok(data)).filter(|d| !matches!(d, Ok(d) if d.is_empty())))
            }
            Poll::Ready(Err(fault)) => {
                self.end(Ending::TargetFailed);
                Poll::Ready(Some(Err(io::Error::other(fault))))
            }
            Poll::Pending if self.watch.poll(cx) == Stage::Cut => {
                self.end(Ending::ClientGone);
                Poll::Ready(Some(Err(io::Error::other("the answer was cut"))))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    /// Sends more of the request, if the target answered before it had all of it.
    fn push(&mut self, cx: &mut Context<'_>) {
        let Some(answer) = &mut self.answer else { return };
        while !answer.deaf {
            if !answer.link.outbox.is_empty() {
                match Pin::new(&mut answer.link.io).poll_write(cx, &answer.link.outbox) {
                    Poll::Ready(Ok(n)) if n > 0 => answer.link.outbox.advance(n),
                    Poll::Ready(_) => answer.deaf = true,
                    Poll::Pending => return,
                }
            } else if self.client.body_is_done() {
                return;
            } else {
                match self.client.poll_body(cx, &mut answer.link.outbox) {
                    Poll::Ready(Ok(())) => {}
                    Poll::Ready(Err(_)) => answer.deaf = true,
                    Poll::Pending => return,
                }
            }
        }
    }

    fn end(&mut self, ending: Ending) {
        let Some(Answer { link, answered, time, flight, account, .. }) = self.answer.take() else { return };
        if !answered.event_stream || answered.status >= 500 {
            account.settle(answered.status, time, ending);
        }
        let clean = ending == Ending::Complete && self.client.body_is_done();
        if clean && answered.reusable && link.inbox.is_empty() && link.outbox.is_empty() {
            keep(link, &answered, &flight, &self.worker);
        }
    }
}

impl Drop for Relay {
    /// The client reset its stream; a 5xx was seen all the same.
    fn drop(&mut self) {
        if self.answer.is_some() {
            self.end(Ending::ClientGone);
        }
    }
}
