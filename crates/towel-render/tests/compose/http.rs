//! Requests as a browser sends them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// An answer's status, its `Set-Cookie`, and its body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) cookie: Option<String>,
    pub(crate) body: String,
}

/// GET of `path` at a port of this machine.
pub(crate) fn get(port: u16, host: &str, path: &str, cookie: Option<&str>) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let cookie = cookie.map_or_else(String::new, |cookie| format!("Cookie: {cookie}\r\n"));
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\n{cookie}\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(|| std::io::Error::other(format!("cut off: {text}")))?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let cookie = head.lines().find_map(|line| line.strip_prefix("Set-Cookie: ")?.split(';').next());
    Ok(Answer {
        status: status.ok_or_else(|| std::io::Error::other(format!("no status: {head}")))?,
        cookie: cookie.map(str::to_owned),
        body: body.trim().to_owned(),
    })
}
