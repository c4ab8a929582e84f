//! The header fields that mean something to the gateway.

/// A field's name, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Other,
    Accept,
    Connection,
    ContentLength,
    ContentType,
    Cookie,
    Expect,
    Forwarded,
    Host,
    IdempotencyKey,
    KeepAlive,
    Proxy,
    ProxyConnection,
    RealIp,
    Te,
    Trailer,
    TransferEncoding,
    Upgrade,
    ForwardedFor,
    ForwardedHost,
    ForwardedProto,
    /// `Content_Length` and the like: some applications read it as the field with a hyphen.
    Disguised,
}

impl Field {
    pub(crate) fn of(name: &[u8]) -> Self {
        match Self::known(name) {
            Self::Other if name.contains(&b'_') => Self::under_disguise(name),
            field => field,
        }
    }

    fn under_disguise(name: &[u8]) -> Self {
        let plain: Vec<u8> = name.iter().map(|b| if *b == b'_' { b'-' } else { *b }).collect();
        if Self::known(&plain) == Self::Other { Self::Other } else { Self::Disguised }
    }

    fn known(name: &[u8]) -> Self {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        // By length first: most names are told apart without looking at them.
        match name.len() {
            2 if is("te") => Self::Te,
            4 if is("host") => Self::Host,
            5 if is("proxy") => Self::Proxy,
            6 if is("accept") => Self::Accept,
            6 if is("cookie") => Self::Cookie,
            6 if is("expect") => Self::Expect,
            7 if is("upgrade") => Self::Upgrade,
            7 if is("trailer") => Self::Trailer,
            9 if is("forwarded") => Self::Forwarded,
            9 if is("x-real-ip") => Self::RealIp,
            10 if is("connection") => Self::Connection,
            10 if is("keep-alive") => Self::KeepAlive,
            12 if is("content-type") => Self::ContentType,
            14 if is("content-length") => Self::ContentLength,
            15 if is("idempotency-key") => Self::IdempotencyKey,
            15 if is("x-forwarded-for") => Self::ForwardedFor,
            16 if is("x-forwarded-host") => Self::ForwardedHost,
            16 if is("proxy-connection") => Self::ProxyConnection,
            17 if is("transfer-encoding") => Self::TransferEncoding,
            17 if is("x-forwarded-proto") => Self::ForwardedProto,
            _ => Self::Other,
        }
    }

    /// Speaks of one connection, or of a message's framing, and is not passed on as it is.
    pub(crate) fn is_of_this_hop(self) -> bool {
        matches!(
            self,
            Self::Connection
                | Self::KeepAlive
                | Self::ProxyConnection
                | Self::Te
                | Self::Trailer
                | Self::TransferEncoding
                | Self::Upgrade
                | Self::ContentLength
        )
    }
}

/// The members of a comma-separated value.
pub(crate) fn members(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|b| *b == b',').map(<[u8]>::trim_ascii).filter(|m| !m.is_empty())
}

/// A length in digits only: no sign, no space, no list, no overflow.
pub(crate) fn length(value: &[u8]) -> Option<u64> {
    if value.is_empty() || value.len() > 19 {
        return None;
    }
    value.iter().try_fold(0u64, |sum, b| b.is_ascii_digit().then(|| sum * 10 + u64::from(b - b'0')))
}

/// Contains a word, whatever its case.
pub(crate) fn mentions(value: &[u8], word: &str) -> bool {
    value.windows(word.len()).any(|w| w.eq_ignore_ascii_case(word.as_bytes()))
}
