//! Reads one message body out of a byte stream, in whatever framing it comes.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BufMut, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::chunked::{Chunks, Malformed, write_chunk};

/// How much is gathered before it is passed on.
pub(crate) const PIECE: usize = 64 * 1024;

/// How a body is delimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// There is none.
    Empty,
    /// So many bytes.
    Length(u64),
    /// Chunked transfer coding.
    Chunked,
    /// Until the connection is closed; answers only.
    UntilClose,
}

/// How what was read is passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrap {
    /// The bare bytes.
    Raw,
    /// As chunks.
    Chunked,
}

/// Why a body could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyFault {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("the body ended before its announced end")]
    Truncated,
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

/// The rest of a body.
#[derive(Debug)]
pub(crate) enum BodyReader {
    Length(u64),
    Chunked(Chunks),
    UntilClose,
    Done,
}

impl BodyReader {
    pub(crate) fn new(framing: Framing) -> Self {
        match framing {
            Framing::Empty | Framing::Length(0) => Self::Done,
            Framing::Length(n) => Self::Length(n),
            Framing::Chunked => Self::Chunked(Chunks::default()),
            Framing::UntilClose => Self::UntilClose,
        }
    }

    pub(crate) fn is_done(&self) -> bool {
        matches!(self, Self::Done)
    }

    /// Passes on what is in `buf`; the end, too, when it is reached.
    fn take(&mut self, buf: &mut BytesMut, out: &mut BytesMut, wrap: Wrap) -> Result<(), Malformed> {
        let room = PIECE.saturating_sub(out.len());
        match self {
            Self::Length(left) => {
                let n = usize::try_from(*left).unwrap_or(usize::MAX).min(buf.len()).min(room);
                pass(&buf[..n], out, wrap);
                buf.advance(n);
                *left -= n as u64;
                if *left == 0 {
                    self.end(out, wrap);
                }
            }
            Self::Chunked(chunks) => {
                chunks.decode(buf, room, |data| pass(data, out, wrap))?;
                if chunks.is_done() {
                    self.end(out, wrap);
                }
            }
            Self::UntilClose => {
                let n = buf.len().min(room);
                pass(&buf[..n], out, wrap);
                buf.advance(n);
            }
            Self::Done => {}
        }
        Ok(())
    }

    fn end(&mut self, out: &mut BytesMut, wrap: Wrap) {
        if wrap == Wrap::Chunked {
            out.extend_from_slice(b"0\r\n\r\n");
        }
        *self = Self::Done;
    }

    /// Appends to `out` until something was appended or the body is done. `buf` holds what was
    /// read from `io` already.
    pub(crate) fn poll_read<IO: AsyncRead + Unpin>(
        &mut self,
        cx: &mut Context<'_>,
        io: &mut IO,
        buf: &mut BytesMut,
        out: &mut BytesMut,
        wrap: Wrap,
    ) -> Poll<Result<(), BodyFault>> {
        let before = out.len();
        loop {
            self.take(buf, out, wrap)?;
            if out.len() > before || self.is_done() {
                return Poll::Ready(Ok(()));
            }
            let direct = buf.is_empty() && wrap == Wrap::Raw && !matches!(self, Self::Chunked(_));
            let n = if direct { ready!(self.poll_direct(cx, io, out))? } else { ready!(poll_fill(cx, io, buf))? };
            if n == 0 {
                if !matches!(self, Self::UntilClose) {
                    return Poll::Ready(Err(BodyFault::Truncated));
                }
                self.end(out, wrap);
                return Poll::Ready(Ok(()));
            }
            if direct {
                return Poll::Ready(Ok(()));
            }
        }
    }

    /// Reads to where the bytes go anyway, never past the end of the body.
    fn poll_direct<IO: AsyncRead + Unpin>(
        &mut self,
        cx: &mut Context<'_>,
        io: &mut IO,
        out: &mut BytesMut,
    ) -> Poll<io::Result<usize>> {
        let left = match self {
            Self::Length(left) => usize::try_from(*left).unwrap_or(usize::MAX),
            _ => usize::MAX,
        };
        let room = PIECE.saturating_sub(out.len()).max(1024).min(left);
        let n = ready!(poll_append(cx, io, out, room))?;
        if let Self::Length(left) = self {
            *left -= n as u64;
            if *left == 0 {
                *self = Self::Done;
            }
        }
        Poll::Ready(Ok(n))
    }
}

/// Reads more into `buf`.
pub(crate) fn poll_fill<IO: AsyncRead + Unpin>(
    cx: &mut Context<'_>,
    io: &mut IO,
    buf: &mut BytesMut,
) -> Poll<io::Result<usize>> {
    poll_append(cx, io, buf, 16 * 1024)
}

/// Reads at most `most` bytes to the end of `buf`.
fn poll_append<IO: AsyncRead + Unpin>(
    cx: &mut Context<'_>,
    io: &mut IO,
    buf: &mut BytesMut,
    most: usize,
) -> Poll<io::Result<usize>> {
    buf.reserve(most);
    let mut room = buf.limit(most);
    // The future holds nothing between polls, so that it may be made anew each time.
    pin!(io.read_buf(&mut room)).poll(cx)
}

fn pass(data: &[u8], out: &mut BytesMut, wrap: Wrap) {
    if data.is_empty() {
        return;
    }
    if wrap == Wrap::Raw {
        out.extend_from_slice(data);
        return;
    }
    write_chunk(data, out);
}
