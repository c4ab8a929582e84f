//! Where things answer: paths, `HOST:PORT`, e-mail addresses.

use std::borrow::Cow;

use super::{About, Fault, Json, Word, words};

/// The path of a URL, with its query if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path(pub(crate) String);

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address(pub(crate) String);

/// An e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Email(pub(crate) String);

/// A host or domain name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Host(pub(crate) String);

words!(Path, Address, Email, Host);

impl Word for Path {
    fn about() -> About {
        About {
            article: Cow::Borrowed("a path"),
            code: "bad-path",
            examples: &["/", "/healthz"],
            json: Json::Pattern(Cow::Borrowed(r"/[^\s#]*")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let clean =
            |text: &str| text.chars().all(|letter| !letter.is_whitespace() && !letter.is_control() && letter != '#');
        if text.starts_with('/') && clean(text) {
            return Ok(Self(text.to_owned()));
        }
        if text.contains("://") {
            return Err(Fault::form().help("give only the path: host and port are known"));
        }
        let rules = "a path begins with `/` and holds no blanks and no `#`";
        Err(if !text.is_empty() && clean(text) { Fault::meant(format!("/{text}")) } else { Fault::form().help(rules) })
    }
}

impl Word for Address {
    fn about() -> About {
        About {
            article: Cow::Borrowed("an address `HOST:PORT`"),
            code: "bad-address",
            examples: &["127.0.0.1:8080", "[::1]:8080"],
            json: Json::Pattern(Cow::Borrowed(r"[^\s]+:\d{1,5}")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let Some((host, port)) = text.rsplit_once(':') else {
            let only_port = text.parse::<u16>().is_ok();
            return Err(if only_port { Fault::meant(format!("127.0.0.1:{text}")) } else { Fault::form() });
        };
        if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) || port.parse::<u16>().is_err() {
            return Err(Fault::form().help("the port is a number from 0 to 65535; 0 takes a free one"));
        }
        if host.is_empty() {
            return Err(
                Fault::meant(format!("0.0.0.0:{port}")).help("name the address: `127.0.0.1` or `0.0.0.0` for all")
            );
        }
        let named = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
        let six = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        match six {
            Some(six) if six.parse::<std::net::Ipv6Addr>().is_ok() => Ok(Self(text.to_owned())),
            None if named => Ok(Self(text.to_owned())),
            _ => Err(Fault::form()),
        }
    }
}

impl Word for Host {
    fn about() -> About {
        About {
            article: Cow::Borrowed("a domain"),
            code: "bad-address",
            examples: &["checkin.example", "localhost"],
            json: Json::Pattern(Cow::Borrowed(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let good = |text: &str| {
            text.len() <= 253
                && text.split('.').all(|label| {
                    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
                    (1..=63).contains(&label.len())
                        && label.bytes().all(inner)
                        && !label.starts_with('-')
                        && !label.ends_with('-')
                })
        };
        if good(text) {
            return Ok(Self(text.to_owned()));
        }
        let lower = text.to_lowercase();
        let plain = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
        let plain = plain.split(['/', ':']).next().unwrap_or(plain);
        Err(if good(plain) { Fault::meant(plain) } else { Fault::form() })
    }
}

impl Word for Email {
    fn about() -> About {
        About {
            article: Cow::Borrowed("an e-mail address"),
            code: "bad-address",
            examples: &["ops@example.com"],
            json: Json::Pattern(Cow::Borrowed(r"[^@\s]+@[^@\s]+")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let good = |part: &str| !part.is_empty() && !part.contains('@') && !part.contains(char::is_whitespace);
        match text.split_once('@') {
            Some((user, host)) if good(user) && good(host) => Ok(Self(text.to_owned())),
            _ => Err(Fault::form()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::about::shown;

    #[test]
    fn a_path_begins_with_a_slash() {
        let path = |text: &str| shown(text, |word: Path| word.0);
        assert_eq!(path("/healthz?full=1"), "/healthz?full=1");
        assert_eq!(path("healthz"), "`healthz` is not a path; write `/healthz`");
        assert!(path("http://x/healthz").contains("only the path"));
        assert!(path("/a b").contains("no blanks"));
    }

    #[test]
    fn an_address_has_host_and_port() {
        let address = |text: &str| shown(text, |word: Address| word.0);
        assert_eq!(address("127.0.0.1:0"), "127.0.0.1:0");
        assert_eq!(address("[::1]:80"), "[::1]:80");
        assert_eq!(address("8080"), "`8080` is not an address `HOST:PORT`; write `127.0.0.1:8080`");
        assert!(address(":8080").contains("name the address"));
        assert!(address("localhost:99999").contains("from 0 to 65535"));
        assert!(address("::1:80").starts_with("`::1:80` is not an address"));
    }

    #[test]
    fn a_domain_is_no_url() {
        let host = |text: &str| shown(text, |word: Host| word.0);
        assert_eq!(host("checkin.example"), "checkin.example");
        assert_eq!(
            host("https://Checkin.example/"),
            "`https://Checkin.example/` is not a domain; write `checkin.example`"
        );
        assert_eq!(host("a..b"), "`a..b` is not a domain");
        assert_eq!(host("-a.example"), "`-a.example` is not a domain");
    }

    #[test]
    fn an_email_has_two_sides() {
        assert!(Email::parse("ops@checkin.example").is_ok());
        assert!(Email::parse("ops").is_err());
        assert!(Email::parse("a@b@c").is_err());
    }
}
