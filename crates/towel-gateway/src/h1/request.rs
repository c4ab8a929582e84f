//! Reads the head of a client's request.

use std::mem::MaybeUninit;

use bytes::BytesMut;
use httparse::{Header, ParserConfig, Status};

use super::body::Framing;
use super::fields::Field;
use crate::exchange::forward::{self, Line, Origin};
use crate::exchange::order::Traits;
use crate::exchange::survey::{Survey, check_host};
use crate::refusal::Refusal;
use crate::settings::FIELD_LIMIT;

/// A request, as long as its bytes are there.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    /// Path and query, or `*`.
    pub(crate) target: &'a str,
    pub(crate) host: &'a str,
    pub(crate) minor: u8,
    pub(crate) framing: Framing,
    pub(crate) keep_alive: bool,
    pub(crate) upgrade: Option<&'a [u8]>,
    pub(crate) traits: Traits,
    pub(crate) survey: Survey<'a>,
    fields: &'a [Header<'a>],
}

/// Reads a complete head and does something with it.
pub(crate) fn with_request<T>(
    head: &[u8],
    use_it: impl FnOnce(&Request<'_>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let mut headers = [const { MaybeUninit::uninit() }; FIELD_LIMIT];
    let mut parsed = httparse::Request::new(&mut []);
    match ParserConfig::default().parse_request_with_uninit_headers(&mut parsed, head, &mut headers) {
        Ok(Status::Complete(end)) if end == head.len() => use_it(&read(&parsed)?),
        Ok(_) => Err(Refusal::malformed("the request's head has an unexpected end")),
        Err(httparse::Error::TooManyHeaders) => Err(Refusal::new(431, "the request has too many header fields")),
        Err(httparse::Error::Version) => Err(Refusal::new(505, "the request is not HTTP/1.1 or HTTP/1.0")),
        Err(_) => Err(Refusal::malformed("the request's head is malformed")),
    }
}

fn read<'a>(parsed: &'a httparse::Request<'a, 'a>) -> Result<Request<'a>, Refusal> {
    let method = parsed.method.unwrap_or("");
    let minor = parsed.version.unwrap_or(0);
    let mut survey = Survey::default();
    for header in parsed.headers.iter() {
        survey.note(Field::of(header.name.as_bytes()), header.value)?;
    }
    if survey.chunked && minor == 0 {
        return Err(Refusal::malformed("HTTP/1.0 has no `Transfer-Encoding`"));
    }
    let (authority, target) = split_target(method, parsed.path.unwrap_or(""))?;
    let host = match (authority, survey.host) {
        (None, None) if minor == 1 => return Err(Refusal::malformed("the request has no `Host`")),
        (None, None) => "localhost",
        (Some(authority), _) => check_host(authority.as_bytes())?,
        (None, Some(host)) => check_host(host)?,
    };
    let framing = match survey.content_length {
        Some(length) => Framing::Length(length),
        None if survey.chunked => Framing::Chunked,
        None => Framing::Empty,
    };
    let upgrade = survey
        .upgrade
        .filter(|p| minor == 1 && survey.connection_upgrade && framing == Framing::Empty && may_tunnel(p));
    let traits = traits(method, &survey, upgrade);
    let keep_alive = if minor == 1 { !survey.close } else { survey.keep_alive && !survey.close };
    Ok(Request { method, target, host, minor, framing, keep_alive, upgrade, traits, survey, fields: parsed.headers })
}

/// What can be said of a request from its method and fields.
pub(crate) fn traits(method: &str, survey: &Survey<'_>, upgrade: Option<&[u8]>) -> Traits {
    let safe_to_repeat = matches!(method, "GET" | "HEAD" | "OPTIONS" | "PUT" | "DELETE" | "TRACE");
    Traits {
        idempotent: safe_to_repeat || survey.has_idempotency_key,
        head: method == "HEAD",
        upgrade: upgrade.is_some(),
        websocket: upgrade.is_some_and(|p| p.eq_ignore_ascii_case(b"websocket")),
        event_stream: survey.wants_event_stream,
    }
}

/// The authority, if the target has one, and the path with its query.
fn split_target<'a>(method: &str, target: &'a str) -> Result<(Option<&'a str>, &'a str), Refusal> {
    if method == "CONNECT" {
        return Err(Refusal::new(405, "this is not a forward proxy"));
    }
    if target.contains('#') {
        return Err(Refusal::malformed("the request's target has a fragment"));
    }
    if target.starts_with('/') || (target == "*" && method == "OPTIONS") {
        return Ok((None, target));
    }
    let scheme_end = target.find("://").map_or(0, |at| at + 3);
    if !matches!(target[..scheme_end].to_ascii_lowercase().as_str(), "http://" | "https://") {
        return Err(Refusal::malformed("the request's target is not a path"));
    }
    let rest = &target[scheme_end..];
    match rest.find(['/', '?']) {
        None => Ok((Some(rest), "/")),
        Some(at) if rest[at..].starts_with('/') => Ok((Some(&rest[..at]), &rest[at..])),
        Some(_) => Err(Refusal::malformed("the request's target has a query but no path")),
    }
}

/// An upgrade to HTTP/2 behind our back would carry requests that nobody routes or counts.
fn may_tunnel(protocol: &[u8]) -> bool {
    let is_token = |b: &u8| b.is_ascii_alphanumeric() || b"-_.+/".contains(b);
    let lower = protocol.to_ascii_lowercase();
    !lower.is_empty()
        && lower.iter().all(is_token)
        && !lower.starts_with(b"h2")
        && !lower.starts_with(b"http")
        && !lower.starts_with(b"tls")
}

impl Request<'_> {
    /// Writes the head that the target gets.
    pub(crate) fn forward(&self, out: &mut BytesMut, origin: &Origin) {
        let line = Line {
            method: self.method,
            target: self.target,
            host: self.host,
            framing: self.framing,
            upgrade: self.upgrade,
        };
        let fields = self.fields.iter().map(|h| (Field::of(h.name.as_bytes()), h.name.as_bytes(), h.value));
        forward::write(out, line, &self.survey, origin, fields);
    }
}

/// The path of a target, without its query.
pub(crate) fn path(target: &str) -> &str {
    target.split_once('?').map_or(target, |(path, _)| path)
}
