//! A WebSocket server that answers each message with the same message. Proxies only carry what follows the
//! upgrade, so it reads no more of the protocol than it must: short, unfragmented frames.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Bytes of each message.
pub(super) const MESSAGE: usize = 64;
/// Of a frame from a client: two bytes, four of mask, the message.
pub(super) const ASKED: usize = 6 + MESSAGE;
/// Of a frame from a server.
pub(super) const ANSWERED: usize = 2 + MESSAGE;

const ACCEPTED: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// The server; dropped, it is ended.
pub(super) struct Echo {
    pub(super) address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Echo {
    pub(super) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("no free port")?;
        let address = listener.local_addr().context("no free port")?;
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(echo(stream));
            }
        });
        Ok(Self { address, serving })
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Until the client goes.
async fn echo(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    read_head(&mut stream).await?;
    stream.write_all(ACCEPTED).await?;
    let (mut asked, mut answer) = ([0; ASKED], [0; ANSWERED]);
    loop {
        stream.read_exact(&mut asked).await?;
        (answer[0], answer[1]) = (asked[0], asked[1] & 0x7f);
        for (place, byte) in asked[6..].iter().enumerate() {
            answer[2 + place] = byte ^ asked[2 + place % 4];
        }
        stream.write_all(&answer).await?;
    }
}

/// Reads to the end of a head, byte by byte, so that nothing behind it is lost.
pub(super) async fn read_head(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    Ok(head)
}
