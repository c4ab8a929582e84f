//! An HTTP/2 client during one request.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use http::response::Builder;
use hyper::body::{Body, Incoming};

use crate::exchange::client::{Client, ClientFault};
use crate::h1::body::Wrap;
use crate::h1::chunked::write_chunk;
use crate::h1::response::AnswerHead;

/// The request's body, and the answer's head when it came.
#[derive(Debug)]
pub(crate) struct H2Client {
    body: Incoming,
    done: bool,
    wrap: Wrap,
    pub(crate) head: Option<Builder>,
}

impl H2Client {
    pub(crate) fn new(body: Incoming, wrap: Wrap) -> Self {
        let done = body.is_end_stream();
        Self { body, done, wrap, head: None }
    }
}

impl Client for H2Client {
    fn body_is_done(&self) -> bool {
        self.done
    }

    fn poll_body(&mut self, cx: &mut Context<'_>, out: &mut BytesMut) -> Poll<Result<(), ClientFault>> {
        match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
            Some(Ok(frame)) => {
                if let Ok(mut data) = frame.into_data() {
                    match self.wrap {
                        Wrap::Raw => out.extend_from_slice(&data.copy_to_bytes(data.remaining())),
                        Wrap::Chunked => write_chunk(&data, out),
                    }
                }
            }
            Some(Err(_)) => return Poll::Ready(Err(ClientFault::Gone)),
            None => {
                self.done = true;
                if self.wrap == Wrap::Chunked {
                    out.extend_from_slice(b"0\r\n\r\n");
                }
            }
        }
        Poll::Ready(Ok(()))
    }

    /// When its stream is reset, hyper drops everything that serves it.
    fn poll_gone(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }

    fn interim(&mut self, _: &AnswerHead<'_>) {}

    fn poll_interim(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ClientFault>> {
        Poll::Ready(Ok(()))
    }

    fn answer(&mut self, head: &AnswerHead<'_>, set_cookie: Option<&str>) {
        let mut builder = http::Response::builder().status(head.status);
        for field in head.passed() {
            builder = builder.header(field.name, field.value);
        }
        if let Some(length) = head.length.filter(|_| head.status != 204) {
            builder = builder.header(http::header::CONTENT_LENGTH, length);
        }
        if let Some(cookie) = set_cookie {
            builder = builder.header(http::header::SET_COOKIE, cookie);
        }
        self.head = Some(builder);
    }
}
