//! Asks PostgreSQL for a row through its own protocol (version 3): log in, `SELECT 1`, leave.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::scram::Scram;
use crate::local::{Ask, Boxed, refusal};

/// Longest message that is read; the answers looked for are far shorter.
const LONGEST: usize = 64 * 1024;

/// The question.
pub(crate) struct Select {
    address: SocketAddr,
    user: String,
    password: String,
}

impl Select {
    pub(crate) fn new(port: u16, user: &str, password: &str) -> Self {
        Self { address: (Ipv4Addr::LOCALHOST, port).into(), user: user.to_owned(), password: password.to_owned() }
    }

    async fn row(&self) -> Result<String, String> {
        let mut stream = TcpStream::connect(self.address).await.map_err(|error| refusal(self.address, &error))?;
        let parameters = ["user", &self.user, "database", &self.user, "application_name", "towel probe", ""];
        let mut hello = 196_608_u32.to_be_bytes().to_vec();
        parameters.iter().for_each(|text| hello.extend([text.as_bytes(), b"\0"].concat()));
        send(&mut stream, None, &hello).await.map_err(said)?;
        self.log_in(&mut stream).await?;
        send(&mut stream, Some(b'Q'), b"SELECT 1\0").await.map_err(said)?;
        let mut row = None;
        loop {
            match receive(&mut stream).await? {
                (b'D', body) => row = Some(body),
                (b'Z', _) => break,
                _ => {}
            }
        }
        // A server that goes down just now need not hear a good-bye.
        let _left = send(&mut stream, Some(b'X'), b"").await;
        // One column of one byte: `1`.
        match row.as_deref() {
            Some([0, 1, 0, 0, 0, 1, b'1']) => Ok("`select 1` answered 1".to_owned()),
            other => Err(format!("`select 1` answered {other:?}")),
        }
    }

    async fn log_in(&self, stream: &mut TcpStream) -> Result<(), String> {
        let nonce = super::super::facts::new_password().map_err(said)?;
        let scram = Scram::new(&self.password, nonce);
        let mut expected = String::new();
        loop {
            let (kind, body) = receive(stream).await?;
            let code = body.get(..4).map(|code| u32::from_be_bytes([code[0], code[1], code[2], code[3]]));
            let rest = body.get(4..).unwrap_or_default();
            match (kind, code) {
                (b'R', Some(10)) => {
                    let first = scram.first();
                    let length = u32::try_from(first.len()).unwrap_or(u32::MAX).to_be_bytes();
                    let message = [b"SCRAM-SHA-256\0".as_slice(), &length, first.as_bytes()].concat();
                    send(stream, Some(b'p'), &message).await.map_err(said)?;
                }
                (b'R', Some(11)) => {
                    let proof =
                        scram.answer(&String::from_utf8_lossy(rest)).ok_or("its SCRAM message makes no sense")?;
                    expected = proof.server;
                    send(stream, Some(b'p'), proof.message.as_bytes()).await.map_err(said)?;
                }
                (b'R', Some(12)) if rest != expected.as_bytes() => {
                    return Err("it does not know its own password: another server listens there".to_owned());
                }
                (b'R', Some(0 | 12)) => {}
                (b'R', Some(other)) => return Err(format!("it wants to be logged in to in way {other}")),
                (b'Z', _) => return Ok(()),
                _ => {}
            }
        }
    }
}

impl Ask for Select {
    fn ask(&self) -> Boxed<'_, Result<String, String>> {
        Box::pin(self.row())
    }
}

async fn send(stream: &mut TcpStream, kind: Option<u8>, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len() + 4).map_err(io::Error::other)?;
    let mut message: Vec<u8> = kind.into_iter().collect();
    message.extend(length.to_be_bytes());
    message.extend(body);
    stream.write_all(&message).await
}

/// The next message; what the server complains about is the error.
async fn receive(stream: &mut TcpStream) -> Result<(u8, Vec<u8>), String> {
    let kind = stream.read_u8().await.map_err(said)?;
    let length = stream.read_u32().await.map_err(said)? as usize;
    let mut body = vec![0; length.saturating_sub(4).min(LONGEST)];
    stream.read_exact(&mut body).await.map_err(said)?;
    if kind == b'E' {
        // Fields of a letter and a text each; `M` is the message.
        let fields = body.split(|byte| *byte == 0);
        let message = fields.filter_map(|field| field.strip_prefix(b"M")).map(String::from_utf8_lossy).next();
        return Err(message.map_or_else(|| "it refused".to_owned(), std::borrow::Cow::into_owned));
    }
    Ok((kind, body))
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
fn said(error: io::Error) -> String {
    format!("the conversation broke off: {error}")
}
