//! A client connection from its acceptance to its end: TLS or not, HTTP/1.1 or HTTP/2.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::BytesMut;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::exchange::forward::Origin;
use crate::h1::front::Front;
use crate::h2;
use crate::settings::{HANDSHAKE_WITHIN, IDLE_LIMIT};
use crate::shared::{Connected, Door, Worker};

/// What HTTP/2 clients send first.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A connection on its way from the listener to a worker.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) stream: std::net::TcpStream,
    pub(crate) peer: SocketAddr,
    pub(crate) door: Arc<Door>,
    pub(crate) tls: Option<Arc<ServerConfig>>,
    pub(crate) connected: Connected,
}

impl Arrival {
    /// Serves the connection to its end.
    pub(crate) async fn serve(self, worker: Worker) {
        let Self { stream, peer, door, tls, connected } = self;
        let origin = Origin::new(peer.ip(), tls.is_some());
        if let Ok(stream) = prepare(stream) {
            match tls {
                None => plain(stream, worker, door, origin).await,
                Some(config) => Box::pin(secure(stream, config, worker, door, origin)).await,
            }
        }
        drop(connected);
    }
}

fn prepare(stream: std::net::TcpStream) -> io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    // Clients that vanish without a word would otherwise hold tunnels open for ever.
    socket2::SockRef::from(&stream).set_keepalive(true)?;
    TcpStream::from_std(stream)
}

async fn secure(stream: TcpStream, config: Arc<ServerConfig>, worker: Worker, door: Arc<Door>, origin: Origin) {
    match timeout(HANDSHAKE_WITHIN, TlsAcceptor::from(config).accept(stream)).await {
        Ok(Ok(stream)) if stream.get_ref().1.alpn_protocol() == Some(b"h2") => {
            Box::pin(h2::front::converse(stream, BytesMut::new(), worker, door, origin)).await;
        }
        Ok(Ok(stream)) => Front::new(stream, BytesMut::new(), worker, door, origin).converse().await,
        _ => worker.shared.process.handshake_failures.add(),
    }
}

/// Without TLS the first bytes tell whether the client speaks HTTP/2.
pub(crate) async fn plain<IO>(mut stream: IO, worker: Worker, door: Arc<Door>, origin: Origin)
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut inbox = BytesMut::new();
    let mut is_h2 = false;
    let sniffed = timeout(IDLE_LIMIT, async {
        while !is_h2 && PREFACE.starts_with(&inbox) {
            if stream.read_buf(&mut inbox).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            is_h2 = inbox.starts_with(PREFACE);
        }
        io::Result::Ok(())
    });
    match sniffed.await {
        Ok(Ok(())) if is_h2 => Box::pin(h2::front::converse(stream, inbox, worker, door, origin)).await,
        Ok(Ok(())) => Front::new(stream, inbox, worker, door, origin).converse().await,
        _ => {}
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::Shared;
    use crate::split::cookie::CookieKey;

    #[test]
    fn a_connection_is_small_so_that_many_may_be_idle() {
        let shared = Arc::new(Shared::new(CookieKey::random().unwrap(), 1));
        let door = Arc::new(Door::new(SocketAddr::from(([127, 0, 0, 1], 1))));
        let (client, _) = tokio::io::duplex(1);
        let origin = Origin::new([127, 0, 0, 1].into(), false);
        let connection = plain(client, Worker::new(0, &shared), door, origin);
        let size = std::mem::size_of_val(&connection);
        assert!(size <= 1200, "{size} bytes");
    }
}
