//! Listening sockets: bound before a table is in force, kept across tables, closed when they go.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use rustls::ServerConfig;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::task::JoinHandle;

use crate::connection::Arrival;
use crate::shared::{Connected, Door, Shared};
use crate::worker::Workers;

/// Connections that the kernel may hold until they are accepted.
const BACKLOG: i32 = 4096;
/// After accepting failed, mostly for want of file descriptors.
const BREATH: Duration = Duration::from_millis(50);

/// A socket that connections come in through.
#[derive(Debug)]
pub(crate) struct Listening {
    pub(crate) door: Arc<Door>,
    pub(crate) socket: Arc<TcpListener>,
    pub(crate) tls: Arc<ArcSwapOption<ServerConfig>>,
    accepting: Accepting,
}

#[derive(Debug)]
enum Accepting {
    /// Until the table that has the listener is in force.
    NotYet(tokio::net::TcpListener),
    Now(JoinHandle<()>),
    Never,
}

/// Makes a listening socket.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // Connections of a process that died must not keep its successor from listening.
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(!address.ip().is_unspecified())?;
    }
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

impl Listening {
    pub(crate) fn new(address: SocketAddr, socket: TcpListener) -> io::Result<Self> {
        let door = Arc::new(Door::new(address));
        let accepting = Accepting::NotYet(tokio::net::TcpListener::from_std(socket.try_clone()?)?);
        let socket = Arc::new(socket);
        Ok(Self { door, socket, tls: Arc::default(), accepting })
    }

    /// Starts accepting, if it does not yet.
    pub(crate) fn open(&mut self, shared: &Arc<Shared>, workers: &Workers, limit: usize) {
        match std::mem::replace(&mut self.accepting, Accepting::Never) {
            Accepting::NotYet(listener) => {
                let (door, tls) = (Arc::clone(&self.door), Arc::clone(&self.tls));
                let (shared, workers) = (Arc::clone(shared), workers.clone());
                let reception = Reception { door, tls, shared, workers, limit };
                self.accepting = Accepting::Now(tokio::spawn(reception.run(listener)));
            }
            other => self.accepting = other,
        }
    }

    /// Where it listens; the port was chosen by the system if the table says 0.
    pub(crate) fn bound(&self) -> SocketAddr {
        self.socket.local_addr().unwrap_or(self.door.address)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.door.close();
        if let Accepting::Now(accepting) = &self.accepting {
            accepting.abort();
        }
    }
}

/// What a listener needs to accept.
struct Reception {
    door: Arc<Door>,
    tls: Arc<ArcSwapOption<ServerConfig>>,
    shared: Arc<Shared>,
    workers: Workers,
    limit: usize,
}

/// Connections are dealt out in turn, over all listeners, so that workers are evenly busy.
static TURN: AtomicUsize = AtomicUsize::new(0);

impl Reception {
    async fn run(self, listener: tokio::net::TcpListener) {
        loop {
            match self.accept(&listener).await {
                Ok(arrival) => self.workers.send(TURN.fetch_add(1, Ordering::Relaxed), arrival),
                // The client was gone before it was accepted.
                Err(e) if e.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(_) => {
                    self.shared.process.accept_failures.add();
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
    }

    async fn accept(&self, listener: &tokio::net::TcpListener) -> io::Result<Arrival> {
        // At the limit, connections wait in the kernel until others have ended.
        while self.shared.connections() >= self.limit {
            tokio::time::sleep(BREATH).await;
        }
        let (stream, peer) = listener.accept().await?;
        self.shared.process.accepted.add();
        let connected = Connected::count(&self.shared);
        // It is given to another thread's reactor.
        let stream = stream.into_std()?;
        Ok(Arrival { stream, peer, door: Arc::clone(&self.door), tls: self.tls.load_full(), connected })
    }
}
