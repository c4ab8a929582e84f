//! Writes the head that goes to the target: hop-by-hop fields left out, forwarded fields set.

use std::fmt::Write;
use std::net::{IpAddr, Ipv6Addr};

use bytes::BytesMut;

use super::survey::Survey;
use crate::h1::body::Framing;
use crate::h1::fields::{Field, members};

/// Who asks, and how.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) address: IpAddr,
    /// The address as text, made once per connection.
    pub(crate) text: String,
    /// A proxy of ours: what it says about whom it speaks for is believed.
    pub(crate) trusted: bool,
    pub(crate) tls: bool,
}

/// The first line and what follows from it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) method: &'a str,
    /// Path and query.
    pub(crate) target: &'a str,
    pub(crate) host: &'a str,
    pub(crate) framing: Framing,
    pub(crate) upgrade: Option<&'a [u8]>,
}

impl Origin {
    pub(crate) fn new(address: IpAddr, tls: bool) -> Self {
        let address = address.to_canonical();
        Self { address, text: address.to_string(), trusted: is_private(address), tls }
    }

    fn scheme(&self) -> &'static str {
        if self.tls { "https" } else { "http" }
    }

    /// The address that limits count: what the last proxy of ours saw.
    pub(crate) fn client(&self, survey: &Survey<'_>) -> IpAddr {
        if !self.trusted {
            return self.address;
        }
        let last = survey.forwarded_for.last().and_then(|v| members(v).last());
        let parsed = last.and_then(|v| std::str::from_utf8(v).ok()?.parse::<IpAddr>().ok());
        parsed.map_or(self.address, |a| a.to_canonical())
    }
}

/// Loopback, private and link-local networks, where the proxies before us are.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6 == Ipv6Addr::LOCALHOST || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// Writes the whole head.
pub(crate) fn write<'a>(
    out: &mut BytesMut,
    line: Line<'a>,
    survey: &Survey<'a>,
    origin: &Origin,
    fields: impl Iterator<Item = (Field, &'a [u8], &'a [u8])>,
) {
    for part in [line.method, " ", line.target, " HTTP/1.1\r\nHost: ", line.host, "\r\n"] {
        out.extend_from_slice(part.as_bytes());
    }
    let cookies_apart = survey.cookies.len() > 1;
    for (field, name, value) in fields {
        if cookies_apart && field == Field::Cookie {
            continue;
        }
        if passes(field, origin) && (survey.nominated.is_empty() || !survey.nominates(name)) {
            put(out, name, value);
        }
    }
    if cookies_apart {
        // HTTP/2 sends cookies apart; HTTP/1.1 wants them in one field.
        put(out, b"Cookie", &survey.cookies.join(&b"; "[..]));
    }
    write_forwarded(out, line, survey, origin);
    match (line.framing, line.upgrade) {
        (Framing::Length(n), _) => write!(out, "Content-Length: {n}\r\n").expect("a buffer takes everything"),
        (Framing::Chunked, _) => out.extend_from_slice(b"Transfer-Encoding: chunked\r\n"),
        (_, Some(protocol)) => {
            out.extend_from_slice(b"Connection: Upgrade\r\n");
            put(out, b"Upgrade", protocol);
        }
        _ => {}
    }
    out.extend_from_slice(b"\r\n");
}

/// `Proxy` would become the environment variable `HTTP_PROXY` of a CGI program.
fn passes(field: Field, origin: &Origin) -> bool {
    match field {
        Field::Disguised
        | Field::Host
        | Field::Proxy
        | Field::ForwardedFor
        | Field::ForwardedHost
        | Field::ForwardedProto => false,
        Field::Forwarded | Field::RealIp => origin.trusted,
        other => !other.is_of_this_hop(),
    }
}

fn write_forwarded<'b>(out: &mut BytesMut, line: Line<'b>, survey: &Survey<'b>, origin: &Origin) {
    out.extend_from_slice(b"X-Forwarded-For: ");
    if origin.trusted {
        for earlier in &survey.forwarded_for {
            out.extend_from_slice(earlier);
            out.extend_from_slice(b", ");
        }
    }
    out.extend_from_slice(origin.text.as_bytes());
    out.extend_from_slice(b"\r\n");
    let told = |said: Option<&'b [u8]>, ours: &'b str| said.filter(|_| origin.trusted).unwrap_or(ours.as_bytes());
    put(out, b"X-Forwarded-Proto", told(survey.forwarded_proto, origin.scheme()));
    put(out, b"X-Forwarded-Host", told(survey.forwarded_host, line.host));
}

fn put(out: &mut BytesMut, name: &[u8], value: &[u8]) {
    out.reserve(name.len() + value.len() + 4);
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}
