//! The way of a connection through the gateway without a process, sockets or threads: for fuzzing.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::connection::plain;
use crate::exchange::forward::Origin;
use crate::plan::registry::Registry;
use crate::shared::{Door, Shared, Worker};
use crate::split::cookie::CookieKey;
use crate::table::Table;

/// One worker with a table.
#[derive(Debug)]
pub struct InProcess {
    worker: Worker,
    door: Arc<Door>,
    peer: IpAddr,
}

impl InProcess {
    /// Serves the table's first listener, for a client with this address.
    pub fn new(table: Table, peer: IpAddr) -> std::io::Result<Self> {
        let door = Arc::new(Door::new(table.listeners.first().map_or(SocketAddr::from(([0; 4], 0)), |l| l.address)));
        let shared = Arc::new(Shared::new(CookieKey::random()?, 1));
        shared.swap(Arc::new(Registry::new(1).plan(table)));
        Ok(Self { worker: Worker::new(0, &shared), door, peer })
    }

    /// Serves one connection to its end.
    pub async fn converse<IO>(&self, io: IO)
    where
        IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        plain(io, self.worker.clone(), Arc::clone(&self.door), Origin::new(self.peer, false)).await;
    }
}
