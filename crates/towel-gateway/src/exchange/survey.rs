//! What a request's header fields say about it.

use crate::h1::fields::{Field, length, members, mentions};
use crate::refusal::Refusal;

/// Collected in one pass over the fields, in the order they came.
#[derive(Debug, Default)]
pub(crate) struct Survey<'a> {
    pub(crate) host: Option<&'a [u8]>,
    pub(crate) content_length: Option<u64>,
    pub(crate) chunked: bool,
    pub(crate) close: bool,
    pub(crate) keep_alive: bool,
    pub(crate) connection_upgrade: bool,
    /// Fields that the client wants this hop to keep to itself.
    pub(crate) nominated: Vec<&'a [u8]>,
    pub(crate) upgrade: Option<&'a [u8]>,
    pub(crate) cookies: Vec<&'a [u8]>,
    pub(crate) has_idempotency_key: bool,
    pub(crate) wants_event_stream: bool,
    pub(crate) forwarded_for: Vec<&'a [u8]>,
    pub(crate) forwarded_host: Option<&'a [u8]>,
    pub(crate) forwarded_proto: Option<&'a [u8]>,
}

impl<'a> Survey<'a> {
    pub(crate) fn note(&mut self, field: Field, value: &'a [u8]) -> Result<(), Refusal> {
        match field {
            Field::Host if self.host.is_some() => return Err(Refusal::malformed("the request has two `Host` fields")),
            Field::Host => self.host = Some(value),
            Field::ContentLength => return self.note_length(value),
            Field::TransferEncoding => return self.note_coding(value),
            Field::Connection => self.note_connection(value),
            Field::Upgrade => self.upgrade = Some(value),
            Field::Cookie => self.cookies.push(value),
            Field::IdempotencyKey => self.has_idempotency_key |= !value.is_empty(),
            Field::Accept => self.wants_event_stream |= mentions(value, "text/event-stream"),
            Field::ForwardedFor => self.forwarded_for.push(value),
            Field::ForwardedHost => self.forwarded_host = Some(value),
            Field::ForwardedProto => self.forwarded_proto = Some(value),
            Field::Expect if !value.eq_ignore_ascii_case(b"100-continue") => {
                return Err(Refusal::new(417, "the only expectation that can be met is `100-continue`"));
            }
            _ => {}
        }
        Ok(())
    }

    fn note_length(&mut self, value: &[u8]) -> Result<(), Refusal> {
        let length = length(value).ok_or_else(|| Refusal::malformed("the `Content-Length` is not a number"))?;
        if self.content_length.replace(length).is_some() {
            return Err(Refusal::malformed("the request has two `Content-Length` fields"));
        }
        self.one_framing()
    }

    fn note_coding(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if self.chunked || !value.eq_ignore_ascii_case(b"chunked") {
            return Err(Refusal::malformed("the only `Transfer-Encoding` that is understood is one `chunked`"));
        }
        self.chunked = true;
        self.one_framing()
    }

    fn one_framing(&self) -> Result<(), Refusal> {
        if self.chunked && self.content_length.is_some() {
            return Err(Refusal::malformed("the request has both `Content-Length` and `Transfer-Encoding`"));
        }
        Ok(())
    }

    fn note_connection(&mut self, value: &'a [u8]) {
        for member in members(value) {
            if member.eq_ignore_ascii_case(b"close") {
                self.close = true;
            } else if member.eq_ignore_ascii_case(b"keep-alive") {
                self.keep_alive = true;
            } else if member.eq_ignore_ascii_case(b"upgrade") {
                self.connection_upgrade = true;
            } else {
                self.nominated.push(member);
            }
        }
    }

    pub(crate) fn nominates(&self, name: &[u8]) -> bool {
        self.nominated.iter().any(|n| n.eq_ignore_ascii_case(name))
    }
}

/// The host that a request is for, as it was written.
pub(crate) fn check_host(host: &[u8]) -> Result<&str, Refusal> {
    let allowed = |b: &u8| b.is_ascii_alphanumeric() || b"-._~[]:%".contains(b);
    let malformed = || Refusal::malformed("the `Host` is not a host name");
    let text = std::str::from_utf8(host).map_err(|_| malformed())?;
    let (name, port) = split_port(text);
    let port_is_fine = port.is_none_or(|p| p.len() <= 5 && p.bytes().all(|b| b.is_ascii_digit()));
    let brackets =
        name.starts_with('[') == name.ends_with(']') && (name.starts_with('[') || !name.contains(['[', ']', ':']));
    if !name.is_empty() && host.iter().all(allowed) && port_is_fine && brackets { Ok(text) } else { Err(malformed()) }
}

/// Host and port apart.
pub(crate) fn split_port(host: &str) -> (&str, Option<&str>) {
    let from = host.rfind(']').unwrap_or(0);
    match host[from..].find(':') {
        Some(colon) => (&host[..from + colon], Some(&host[from + colon + 1..])),
        None => (host, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_could_be_read_in_two_ways_are_refused() {
        for good in ["example.com", "example.com:8080", "[::1]", "[::1]:80", "127.0.0.1", "a_b-c~d", "example.com:"] {
            assert!(check_host(good.as_bytes()).is_ok(), "{good}");
        }
        for bad in
            ["", ":80", "a b", "a,b", "a/b", "a@b", "a:b", "a:1:2", "[::1", "::1", "a\u{e9}", "a:123456", "x[::1]"]
        {
            assert!(check_host(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn ambiguous_framing_is_refused() {
        let note = |fields: &[(Field, &'static str)]| {
            let mut survey = Survey::default();
            fields.iter().try_for_each(|(f, v)| survey.note(*f, v.as_bytes()))
        };
        let (cl, te) = (Field::ContentLength, Field::TransferEncoding);
        assert!(note(&[(cl, "5")]).is_ok() && note(&[(te, "chunked")]).is_ok() && note(&[(te, "Chunked")]).is_ok());
        for bad in [
            &[(cl, "5"), (te, "chunked")][..],
            &[(te, "chunked"), (cl, "5")],
            &[(cl, "5"), (cl, "6")],
            &[(cl, "5"), (cl, "5")],
            &[(cl, "5, 5")],
            &[(cl, "+5")],
            &[(cl, "")],
            &[(cl, "99999999999999999999")],
            &[(te, "xchunked")],
            &[(te, "chunked, identity")],
            &[(te, "gzip, chunked")],
            &[(te, "chunked"), (te, "chunked")],
            &[(te, "identity")],
            &[(te, "\u{b}chunked")],
        ] {
            assert!(note(bad).is_err(), "{bad:?}");
        }
    }
}
