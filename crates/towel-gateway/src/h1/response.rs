//! Reads the head of a target's answer.

use std::mem::MaybeUninit;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use httparse::{Header, ParserConfig, Status};

use super::body::Framing;
use super::fields::{Field, length, members, mentions};
use crate::exchange::order::Traits;
use crate::settings::FIELD_LIMIT;

/// An answer's head larger than this is not passed on.
const ANSWER_HEAD_LIMIT: usize = 64 * 1024;

/// A head, as long as its bytes are there.
#[derive(Debug)]
pub(crate) struct AnswerHead<'a> {
    pub(crate) status: u16,
    pub(crate) reason: &'a str,
    pub(crate) fields: &'a [Header<'a>],
    pub(crate) nominated: Vec<&'a [u8]>,
    /// What `Content-Length` says, also where there is no body.
    pub(crate) length: Option<u64>,
    pub(crate) framing: Framing,
    pub(crate) upgrade: Option<&'a [u8]>,
    pub(crate) event_stream: bool,
    reusable: bool,
    keep: Option<Duration>,
}

/// What is left to know of an answer when its head is gone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) framing: Framing,
    pub(crate) event_stream: bool,
    /// The connection may carry another request.
    pub(crate) reusable: bool,
    pub(crate) keep: Option<Duration>,
}

/// The target does not speak HTTP/1.1 as it must.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BrokenAnswer(pub(crate) &'static str);

impl AnswerHead<'_> {
    /// The fields that the client gets.
    pub(crate) fn passed(&self) -> impl Iterator<Item = &Header<'_>> {
        self.fields.iter().filter(|h| {
            let nominated =
                !self.nominated.is_empty() && self.nominated.iter().any(|n| n.eq_ignore_ascii_case(h.name.as_bytes()));
            !Field::of(h.name.as_bytes()).is_of_this_hop() && !nominated
        })
    }

    /// What comes before the final answer.
    pub(crate) fn is_interim(&self) -> bool {
        self.status < 200 && self.status != 101
    }

    fn answered(&self) -> Answered {
        let Self { status, framing, event_stream, reusable, keep, .. } = *self;
        Answered { status, framing, event_stream, reusable, keep }
    }
}

/// Takes a complete head off the buffer, shows it, and says what it was.
pub(crate) fn take_head(
    buf: &mut BytesMut,
    asked: &Traits,
    show: impl FnOnce(&AnswerHead<'_>),
) -> Result<Option<Answered>, BrokenAnswer> {
    let mut headers = [const { MaybeUninit::uninit() }; FIELD_LIMIT];
    let mut response = httparse::Response::new(&mut []);
    let parsed = ParserConfig::default().parse_response_with_uninit_headers(&mut response, buf, &mut headers);
    let (end, answered) = match parsed {
        Ok(Status::Complete(end)) => {
            let head = read(&response, asked)?;
            show(&head);
            (end, head.answered())
        }
        Ok(Status::Partial) if buf.len() <= ANSWER_HEAD_LIMIT => return Ok(None),
        Ok(Status::Partial) | Err(httparse::Error::TooManyHeaders) => {
            return Err(BrokenAnswer("its head is too large"));
        }
        Err(_) => return Err(BrokenAnswer("its head is malformed")),
    };
    buf.advance(end);
    Ok(Some(answered))
}

fn read<'a>(response: &'a httparse::Response<'a, 'a>, asked: &Traits) -> Result<AnswerHead<'a>, BrokenAnswer> {
    let mut head = AnswerHead {
        status: response.code.unwrap_or(0),
        reason: response.reason.unwrap_or(""),
        fields: response.headers,
        nominated: Vec::new(),
        length: None,
        framing: Framing::UntilClose,
        upgrade: None,
        event_stream: false,
        reusable: response.version == Some(1),
        keep: None,
    };
    let mut codings = None;
    for header in response.headers.iter() {
        match Field::of(header.name.as_bytes()) {
            Field::ContentLength => note_length(&mut head, header.value)?,
            Field::TransferEncoding if codings.is_some() => {
                return Err(BrokenAnswer("it has two `Transfer-Encoding` fields"));
            }
            Field::TransferEncoding => codings = Some(header.value),
            Field::Connection => note_connection(&mut head, header.value),
            Field::KeepAlive => head.keep = keep_alive(header.value),
            Field::Upgrade => head.upgrade = Some(header.value),
            Field::ContentType => head.event_stream = mentions(header.value, "text/event-stream"),
            _ => {}
        }
    }
    head.framing = framing(&head, codings, asked)?;
    if head.framing == Framing::UntilClose || head.status == 101 {
        head.reusable = false;
    }
    Ok(head)
}

fn note_length(head: &mut AnswerHead<'_>, value: &[u8]) -> Result<(), BrokenAnswer> {
    let length = length(value).ok_or(BrokenAnswer("its `Content-Length` is not a number"))?;
    match head.length.replace(length) {
        Some(other) if other != length => Err(BrokenAnswer("it has two different `Content-Length` fields")),
        _ => Ok(()),
    }
}

fn note_connection<'a>(head: &mut AnswerHead<'a>, value: &'a [u8]) {
    for member in members(value) {
        if member.eq_ignore_ascii_case(b"close") {
            head.reusable = false;
        } else if !member.eq_ignore_ascii_case(b"keep-alive") && !member.eq_ignore_ascii_case(b"upgrade") {
            head.nominated.push(member);
        }
    }
}

/// `timeout=5` means closed after five seconds; one second earlier is safe.
fn keep_alive(value: &[u8]) -> Option<Duration> {
    let timeout = members(value).find_map(|m| m.strip_prefix(b"timeout="))?;
    length(timeout).map(|seconds| Duration::from_secs(seconds.saturating_sub(1)))
}

/// RFC 9112, section 6.3.
fn framing(head: &AnswerHead<'_>, codings: Option<&[u8]>, asked: &Traits) -> Result<Framing, BrokenAnswer> {
    if head.status == 101 && !asked.upgrade {
        return Err(BrokenAnswer("it switches protocols although nobody asked for it"));
    }
    if head.status < 100 {
        return Err(BrokenAnswer("its status is not a number from 100 to 999"));
    }
    if asked.head || head.status < 200 || matches!(head.status, 204 | 304) {
        return Ok(Framing::Empty);
    }
    match (codings, head.length) {
        (Some(_), Some(_)) => Err(BrokenAnswer("it has both `Content-Length` and `Transfer-Encoding`")),
        (Some(coding), None) if coding.eq_ignore_ascii_case(b"chunked") => Ok(Framing::Chunked),
        (Some(_), None) => Err(BrokenAnswer("its `Transfer-Encoding` is not `chunked`")),
        (None, Some(length)) => Ok(Framing::Length(length)),
        (None, None) => Ok(Framing::UntilClose),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(text: &str, asked: Traits) -> Result<Option<Answered>, BrokenAnswer> {
        take_head(&mut BytesMut::from(text), &asked, |_| {})
    }

    #[test]
    fn framing_follows_the_standard() {
        let framing = |text: &str, asked| take(text, asked).map(|a| a.map(|a| (a.framing, a.reusable)));
        let plain = Traits::default();
        let head = Traits { head: true, ..plain };
        assert_eq!(
            framing("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", plain),
            Ok(Some((Framing::Length(5), true)))
        );
        assert_eq!(framing("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", head), Ok(Some((Framing::Empty, true))));
        assert_eq!(
            framing("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", plain),
            Ok(Some((Framing::Chunked, true)))
        );
        assert_eq!(framing("HTTP/1.1 200 OK\r\n\r\n", plain), Ok(Some((Framing::UntilClose, false))));
        assert_eq!(
            framing("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", plain),
            Ok(Some((Framing::Length(5), false)))
        );
        assert_eq!(framing("HTTP/1.1 204 No Content\r\n\r\n", plain), Ok(Some((Framing::Empty, true))));
        assert_eq!(
            framing("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", plain),
            Ok(Some((Framing::Empty, true)))
        );
        assert_eq!(framing("HTTP/1.1 200 O", plain), Ok(None));
    }

    #[test]
    fn broken_answers_are_not_passed_on() {
        for text in [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
            "HTTP/1.1 000 Nothing\r\n\r\n",
            "HTTP/2 200 OK\r\n\r\n",
            "SSH-2.0-OpenSSH\r\n\r\n",
        ] {
            assert!(take(text, Traits::default()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_target_may_say_how_long_it_keeps_connections() {
        let answered =
            take("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=100\r\nContent-Length: 0\r\n\r\n", Traits::default());
        assert_eq!(answered.unwrap().unwrap().keep, Some(Duration::from_secs(4)));
    }
}
