//! A connection to a target.

use std::io;
use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::time::Duration;

use bytes::BytesMut;
use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::h1::response::Answered;
use crate::settings::POOL_IDLE;
use crate::shared::Worker;
use crate::target::Flight;

/// With what was read from it and not used, and what is to be written to it.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) io: TcpStream,
    pub(crate) inbox: BytesMut,
    pub(crate) outbox: BytesMut,
    /// How long it may be kept idle; the target may have said so.
    pub(crate) keep: Duration,
    /// It has carried a request before.
    pub(crate) reused: bool,
}

impl Link {
    pub(crate) async fn connect(address: SocketAddr) -> io::Result<Self> {
        let io = TcpStream::connect(address).await?;
        io.set_nodelay(true)?;
        Ok(Self { io, inbox: BytesMut::new(), outbox: BytesMut::new(), keep: POOL_IDLE, reused: false })
    }

    /// Idle as it should be: nothing to read, not closed. Costs a system call only when the
    /// reactor saw something.
    pub(crate) fn is_quiet(&self) -> bool {
        let would_block = |e: io::Error| e.kind() == io::ErrorKind::WouldBlock;
        self.inbox.is_empty() && self.outbox.is_empty() && self.io.try_read(&mut [0; 1]).is_err_and(would_block)
    }

    pub(crate) fn release_buffers(&mut self) {
        (self.inbox, self.outbox) = (BytesMut::new(), BytesMut::new());
    }

    /// Not closed by the target as far as the kernel knows this very moment.
    pub(crate) fn is_open(&self) -> bool {
        let flags = MsgFlags::MSG_PEEK | MsgFlags::MSG_DONTWAIT;
        recv(self.io.as_raw_fd(), &mut [0; 1], flags) == Err(Errno::EAGAIN)
    }
}

/// Puts a connection whose answer is complete back into its target's pool.
pub(crate) fn keep(mut link: Link, answered: &Answered, flight: &Flight, worker: &Worker) {
    link.keep = answered.keep.map_or(POOL_IDLE, |told| told.min(POOL_IDLE));
    link.reused = true;
    flight.target().pools[worker.index].give(link, Instant::now());
}
