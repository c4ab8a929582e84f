//! Clients: one that speaks HTTP properly, and one that says whatever a test wants.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::SendRequest;
use hyper::{HeaderMap, Request};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// A GET over a connection of its own.
pub(crate) async fn get(address: SocketAddr, path: &str) -> Answer {
    ask(address, Request::get(path).header("host", "shop.example").body(Full::default()).unwrap()).await
}

/// A request over a connection of its own.
pub(crate) async fn ask(address: SocketAddr, request: Request<Full<Bytes>>) -> Answer {
    Connection::open(address).await.ask(request).await.unwrap()
}

/// A connection that is kept alive.
pub(crate) struct Connection(SendRequest<Full<Bytes>>);

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self(sender)
    }

    pub(crate) async fn get(&mut self, path: &str) -> hyper::Result<Answer> {
        self.ask(Request::get(path).header("host", "shop.example").body(Full::default()).unwrap()).await
    }

    pub(crate) async fn ask(&mut self, request: Request<Full<Bytes>>) -> hyper::Result<Answer> {
        let response = timeout(Duration::from_secs(60), self.0.send_request(request)).await.unwrap()?;
        let (parts, body) = response.into_parts();
        let body = String::from_utf8_lossy(&body.collect().await?.to_bytes()).into_owned();
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
    }

    /// False when the other side closed it.
    pub(crate) async fn is_open(&mut self) -> bool {
        self.0.ready().await.is_ok()
    }
}

/// Sends bytes and returns all that comes until the other side closes.
pub(crate) async fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    read_to_end(&mut stream).await
}

pub(crate) async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let reading = timeout(Duration::from_secs(60), async {
        let mut part = [0; 4096];
        // A reset after the answer is an end, too.
        while let Ok(n @ 1..) = stream.read(&mut part).await {
            answer.extend_from_slice(&part[..n]);
        }
    });
    reading.await.expect("the connection is closed at last");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Reads until a text has come.
pub(crate) async fn read_until(stream: &mut TcpStream, text: &str) -> String {
    let mut seen = Vec::new();
    let reading = timeout(Duration::from_secs(60), async {
        let mut part = [0; 4096];
        while !String::from_utf8_lossy(&seen).contains(text) {
            match stream.read(&mut part).await.unwrap() {
                0 => panic!("closed after {:?}", String::from_utf8_lossy(&seen)),
                n => seen.extend_from_slice(&part[..n]),
            }
        }
    });
    reading.await.expect("the text comes at last");
    String::from_utf8_lossy(&seen).into_owned()
}
