//! The cookie that keeps a client where it is: its id, signed with the gateway's key.

use ring::hmac;
use serde::{Deserialize, Serialize};

/// The gateway's key, kept in its state so that cohorts survive a restart.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct CookieKey {
    bytes: [u8; 32],
    key: hmac::Key,
}

impl CookieKey {
    pub(crate) fn random() -> std::io::Result<Self> {
        let mut bytes = [0; 32];
        let source = ring::rand::SystemRandom::new();
        ring::rand::SecureRandom::fill(&source, &mut bytes)
            .map_err(|_| std::io::Error::other("the system gives no random numbers"))?;
        Ok(Self::new(bytes))
    }

    fn new(bytes: [u8; 32]) -> Self {
        Self { bytes, key: hmac::Key::new(hmac::HMAC_SHA256, &bytes) }
    }

    /// The cookie's value for a client of a backend.
    pub(crate) fn sign(&self, backend: &str, client: u64) -> String {
        let tag = hmac::sign(&self.key, message(backend, client).as_bytes());
        format!("{client:016x}.{}", hex(tag.as_ref()))
    }

    /// The client that a cookie's value names, if this gateway signed it for this backend.
    pub(crate) fn verify(&self, backend: &str, value: &[u8]) -> Option<u64> {
        let (id, tag) = std::str::from_utf8(value).ok()?.split_once('.')?;
        let client = u64::from_str_radix(id, 16).ok().filter(|_| id.len() == 16)?;
        let tag: [u8; 32] = unhex(tag)?;
        hmac::verify(&self.key, message(backend, client).as_bytes(), &tag).ok()?;
        Some(client)
    }
}

impl std::fmt::Debug for CookieKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CookieKey(…)")
    }
}

impl From<CookieKey> for String {
    fn from(key: CookieKey) -> Self {
        hex(&key.bytes)
    }
}

impl TryFrom<String> for CookieKey {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        unhex(&text).map(Self::new).ok_or("the key must be 64 hexadecimal digits")
    }
}

/// The value of a cookie in a `Cookie` field.
pub(crate) fn find<'a>(field: &'a [u8], name: &str) -> Option<&'a [u8]> {
    field.split(|b| *b == b';').find_map(|pair| {
        let pair = pair.trim_ascii();
        pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=")
    })
}

fn message(backend: &str, client: u64) -> String {
    format!("{backend} {client:016x}")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
        text
    })
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    let mut bytes = [0; 32];
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let value = |d: u8| char::from(d).to_digit(16);
        *byte = (value(pair[0])? * 16 + value(pair[1])?) as u8;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_cookie_is_read_back_and_a_forged_one_is_not() {
        let key = CookieKey::new([7; 32]);
        let value = key.sign("shop", 42);
        assert_eq!(key.verify("shop", value.as_bytes()), Some(42));
        assert_eq!(key.verify("other", value.as_bytes()), None);
        assert_eq!(CookieKey::new([8; 32]).verify("shop", value.as_bytes()), None);
        let forged = value.replacen("2a", "2b", 1);
        assert_eq!(key.verify("shop", forged.as_bytes()), None);
        for nonsense in ["", ".", "2a.00", "zz", "\u{e9}.\u{e9}"] {
            assert_eq!(key.verify("shop", nonsense.as_bytes()), None, "{nonsense}");
        }
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let field = b"a=1; towel-shop-x=no;towel-shop=yes; b=2";
        assert_eq!(find(field, "towel-shop"), Some(&b"yes"[..]));
        assert_eq!(find(field, "towel-sho"), None);
    }

    #[test]
    fn the_key_survives_being_written_down() {
        let key = CookieKey::new([9; 32]);
        let text = serde_json::to_string(&key).unwrap();
        let read: CookieKey = serde_json::from_str(&text).unwrap();
        assert_eq!(read.sign("a", 1), key.sign("a", 1));
    }
}
