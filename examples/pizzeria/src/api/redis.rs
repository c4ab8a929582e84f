//! A Redis server as far as the pizzeria needs one: commands on one connection that is made again when it broke.

use std::io;
use std::time::Duration;

use http::Uri;
use tokio::io::{AsyncWriteExt, BufStream};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::resp::{Reply, encode, read};

/// How long a command may take.
const WITHIN: Duration = Duration::from_secs(2);

/// Where the server is and how to get in.
#[derive(Clone, PartialEq, Eq)]
struct Address {
    host: String,
    port: u16,
    user: Option<String>,
    password: Option<String>,
    number: Option<String>,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the password: this may end up in a log.
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// A server.
#[derive(Debug)]
pub(super) struct Redis {
    address: Address,
    connection: Mutex<Option<BufStream<TcpStream>>>,
}

impl Redis {
    /// Reads `redis://[user][:password]@host:port[/number]`; connects when first used.
    pub(super) fn at(url: &str) -> Result<Self, String> {
        Ok(Self { address: parse(url)?, connection: Mutex::default() })
    }

    /// Runs one command. All commands used here may be repeated, so a broken connection is tried a second time.
    pub(super) async fn run(&self, words: &[&str]) -> io::Result<Reply> {
        let mut connection = self.connection.lock().await;
        if let Some(open) = connection.as_mut()
            && let Ok(reply) = exchange(open, words).await
        {
            return Ok(reply);
        }
        *connection = None;
        let mut fresh = self.connect().await?;
        let reply = exchange(&mut fresh, words).await?;
        *connection = Some(fresh);
        Ok(reply)
    }

    /// A connection of its own that hears what is published on `channel`; read it with [`heard`].
    pub(super) async fn subscribe(&self, channel: &str) -> io::Result<BufStream<TcpStream>> {
        let mut connection = self.connect().await?;
        exchange(&mut connection, &["SUBSCRIBE", channel]).await?;
        Ok(connection)
    }

    async fn connect(&self) -> io::Result<BufStream<TcpStream>> {
        let place = (self.address.host.as_str(), self.address.port);
        let stream = timeout(WITHIN, TcpStream::connect(place)).await.map_err(|_elapsed| late())??;
        let mut stream = BufStream::new(stream);
        match (&self.address.user, &self.address.password) {
            (Some(user), Some(password)) => drop(exchange(&mut stream, &["AUTH", user, password]).await?),
            (None, Some(password)) => drop(exchange(&mut stream, &["AUTH", password]).await?),
            (_, None) => (),
        }
        if let Some(number) = &self.address.number {
            exchange(&mut stream, &["SELECT", number]).await?;
        }
        Ok(stream)
    }
}

/// The next message on a subscribed connection.
pub(super) async fn heard(connection: &mut BufStream<TcpStream>) -> io::Result<String> {
    loop {
        if let Reply::List(parts) = read(connection).await?
            && let [Reply::Text(kind), _channel, Reply::Text(message)] = parts.as_slice()
            && kind == "message"
        {
            return Ok(message.clone());
        }
    }
}

async fn exchange(stream: &mut BufStream<TcpStream>, words: &[&str]) -> io::Result<Reply> {
    let asking = async {
        stream.write_all(&encode(words)).await?;
        stream.flush().await?;
        read(stream).await
    };
    match timeout(WITHIN, asking).await.map_err(|_elapsed| late())?? {
        Reply::Refused(why) => Err(io::Error::other(format!("redis refused `{}`: {why}", words[0]))),
        reply => Ok(reply),
    }
}

fn late() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("redis did not answer within {WITHIN:?}"))
}

fn parse(url: &str) -> Result<Address, String> {
    let uri: Uri = url.parse().map_err(|error: http::uri::InvalidUri| error.to_string())?;
    if uri.scheme_str() != Some("redis") {
        return Err("it does not begin with `redis://`".to_owned());
    }
    let authority = uri.authority().ok_or("it has no host")?;
    let (user, password) = match authority.as_str().rsplit_once('@') {
        Some((credentials, _host)) => match credentials.split_once(':') {
            Some((user, password)) => (unescape(user)?, unescape(password)?),
            None => (unescape(credentials)?, String::new()),
        },
        None => (String::new(), String::new()),
    };
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(Address {
        host: authority.host().trim_matches(['[', ']']).to_owned(),
        port: authority.port_u16().unwrap_or(6379),
        user: given(user),
        password: given(password),
        number: given(uri.path().trim_matches('/').to_owned()),
    })
}

/// `%40` is `@`: passwords may hold what URLs may not.
fn unescape(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
        let (high, low) = (digit(), digit());
        let (Some(high), Some(low)) = (high, low) else {
            return Err("a `%` is not followed by two hex digits".to_owned());
        };
        bytes.push((high * 16 + low) as u8);
    }
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, user: Option<&str>, password: Option<&str>, number: Option<&str>) {
        let address = parse(url).unwrap();
        assert_eq!(
            (address.user.as_deref(), address.password.as_deref(), address.number.as_deref()),
            (user, password, number)
        );
    }

    #[test]
    fn addresses_may_have_credentials_and_a_number() {
        check("redis://127.0.0.1", None, None, None);
        check("redis://:p%40ss@127.0.0.1:6380", None, Some("p@ss"), None);
        check("redis://app:secret@127.0.0.1:6380/2", Some("app"), Some("secret"), Some("2"));
    }

    #[test]
    fn what_is_no_redis_address_is_refused() {
        assert!(parse("http://127.0.0.1").is_err());
        assert!(parse("redis://:%zz@127.0.0.1").is_err());
    }

    #[test]
    fn the_password_does_not_show_in_debug_output() {
        assert!(!format!("{:?}", Redis::at("redis://:hunter2@127.0.0.1").unwrap()).contains("hunter2"));
    }
}
