//! An HTTP/1.1 client during one request.

use std::fmt::Write;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite};

use super::body::{BodyReader, Framing, Wrap, poll_fill};
use super::front::Front;
use super::response::AnswerHead;
use super::serve::Manner;
use crate::exchange::client::{Client, ClientFault};
use crate::exchange::deadline::Deadline;
use crate::refusal::phrase;
use crate::shared::{Door, Worker};

/// Later requests that are read while one is answered; more stay in the kernel.
const READ_AHEAD: usize = 16 * 1024;

/// The connection, lent for one request.
#[derive(Debug)]
pub(crate) struct H1Client<'a, IO> {
    pub(crate) io: &'a mut IO,
    pub(crate) inbox: &'a mut BytesMut,
    pub(crate) outbox: &'a mut BytesMut,
    /// The request's body.
    pub(crate) body: BodyReader,
    pub(crate) body_wrap: Wrap,
    /// HTTP/1.1 rather than 1.0.
    pub(crate) modern: bool,
    /// Another request may follow.
    pub(crate) keep_alive: bool,
    /// How the answer's body goes out; known with its head.
    pub(crate) wrap: Wrap,
    /// Bytes written so far.
    pub(crate) written: u64,
    worker: &'a Worker,
    door: &'a Door,
}

impl<'a, IO: AsyncRead + AsyncWrite + Unpin> H1Client<'a, IO> {
    /// The connection between requests, lent, and the deadline, which is not the client's.
    pub(crate) fn lend(front: &'a mut Front<IO>, manner: Manner) -> (Self, &'a mut Deadline) {
        let Front { io, inbox, outbox, deadline, worker, door, .. } = front;
        let Manner { framing, modern, keep_alive } = manner;
        let body_wrap = if framing == Framing::Chunked { Wrap::Chunked } else { Wrap::Raw };
        let body = BodyReader::new(framing);
        let client =
            Self { io, inbox, outbox, body, body_wrap, modern, keep_alive, wrap: Wrap::Raw, written: 0, worker, door };
        (client, deadline)
    }

    /// Writes what is there. Ready when all of it is written.
    pub(crate) fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        while !self.outbox.is_empty() {
            let n = ready!(Pin::new(&mut *self.io).poll_write(cx, self.outbox))?;
            if n == 0 {
                return Poll::Ready(Err(std::io::ErrorKind::WriteZero.into()));
            }
            self.outbox.advance(n);
            self.written += n as u64;
        }
        Pin::new(&mut *self.io).poll_flush(cx)
    }

    fn write_head(&mut self, head: &AnswerHead<'_>) {
        let reason = if head.reason.is_empty() { phrase(head.status) } else { head.reason };
        self.put(&[b"HTTP/1.1 ", &digits(head.status), b" ", reason.as_bytes(), b"\r\n"]);
        for field in head.passed() {
            self.put(&[field.name.as_bytes(), b": ", field.value, b"\r\n"]);
        }
    }

    fn put(&mut self, parts: &[&[u8]]) {
        self.outbox.reserve(parts.iter().map(|p| p.len()).sum());
        parts.iter().for_each(|p| self.outbox.extend_from_slice(p));
    }

    fn write_framing(&mut self, head: &AnswerHead<'_>) {
        match (head.framing, head.length) {
            (Framing::Length(n), _) | (Framing::Empty, Some(n)) if !matches!(head.status, 101 | 204) => {
                write!(self.outbox, "Content-Length: {n}\r\n").expect("a buffer takes everything");
            }
            (Framing::Chunked | Framing::UntilClose, _) if self.modern => {
                self.wrap = Wrap::Chunked;
                self.put(&[b"Transfer-Encoding: chunked\r\n"]);
            }
            (Framing::Chunked | Framing::UntilClose, _) => self.keep_alive = false,
            _ => {}
        }
    }

    fn write_connection(&mut self, head: &AnswerHead<'_>) {
        if head.status == 101 {
            self.put(&[b"Connection: Upgrade\r\nUpgrade: ", head.upgrade.unwrap_or(b"websocket"), b"\r\n"]);
        } else if !self.keep_alive {
            self.put(&[b"Connection: close\r\n"]);
        } else if !self.modern {
            self.put(&[b"Connection: keep-alive\r\n"]);
        }
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Client for H1Client<'_, IO> {
    fn body_is_done(&self) -> bool {
        self.body.is_done()
    }

    fn poll_body(&mut self, cx: &mut Context<'_>, out: &mut BytesMut) -> Poll<Result<(), ClientFault>> {
        use super::body::BodyFault;
        let read = ready!(self.body.poll_read(cx, self.io, self.inbox, out, self.body_wrap));
        Poll::Ready(read.map_err(|fault| match fault {
            BodyFault::Malformed(_) => ClientFault::Malformed,
            BodyFault::Io(_) | BodyFault::Truncated => ClientFault::Gone,
        }))
    }

    fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.inbox.len() < READ_AHEAD {
            match ready!(poll_fill(cx, self.io, self.inbox)) {
                Ok(n) if n > 0 => {}
                _ => return Poll::Ready(()),
            }
        }
        Poll::Pending
    }

    fn interim(&mut self, head: &AnswerHead<'_>) {
        if self.modern {
            self.write_head(head);
            self.put(&[b"\r\n"]);
        }
    }

    fn poll_interim(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ClientFault>> {
        if self.outbox.is_empty() {
            return Poll::Ready(Ok(()));
        }
        self.poll_write(cx).map_err(|_| ClientFault::Gone)
    }

    fn answer(&mut self, head: &AnswerHead<'_>, set_cookie: Option<&str>) {
        // The gateway may have begun to end while the target was busy.
        self.keep_alive &= !self.worker.is_ending(self.door);
        self.write_head(head);
        if let Some(cookie) = set_cookie {
            self.put(&[b"Set-Cookie: ", cookie.as_bytes(), b"\r\n"]);
        }
        self.write_framing(head);
        self.write_connection(head);
        self.put(&[b"\r\n"]);
    }
}

fn digits(status: u16) -> [u8; 3] {
    [status / 100, status / 10 % 10, status % 10].map(|d| b'0' + d as u8)
}
