//! What an exchange needs of a client, so that HTTP/1.1 and HTTP/2 share the rest.

use std::task::{Context, Poll};

use bytes::BytesMut;

use crate::h1::response::AnswerHead;

/// Why a client cannot be served any more. Never its target's fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClientFault {
    /// It closed or broke its connection.
    Gone,
    /// Its body is malformed.
    Malformed,
    /// It did not send its body.
    Stalled,
}

/// The side that asks.
pub(crate) trait Client {
    /// Nothing is left of the request's body.
    fn body_is_done(&self) -> bool;

    /// Appends more of the body, framed for the target, or ends it.
    fn poll_body(&mut self, cx: &mut Context<'_>, out: &mut BytesMut) -> Poll<Result<(), ClientFault>>;

    /// Ready when the client went away. Only asked when the body is done.
    fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()>;

    /// Passes on a preliminary answer (1xx) as far as it can at once.
    fn interim(&mut self, head: &AnswerHead<'_>);

    /// Writes what preliminary answers are left.
    fn poll_interim(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ClientFault>>;

    /// Takes the head of the final answer.
    fn answer(&mut self, head: &AnswerHead<'_>, set_cookie: Option<&str>);
}
