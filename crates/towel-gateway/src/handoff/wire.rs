//! Listening sockets on a Unix socket: one record with one descriptor for each, then an empty one.

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use rustix::cmsg_space;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};

/// Room for any address as text, padded with spaces.
const RECORD: usize = 64;
/// Both sides are on this machine and have nothing else to do.
const WITHIN: Duration = Duration::from_secs(10);
/// The successor accepts.
const ACCEPTING: u8 = b'!';

/// Sends the sockets, and waits until the successor accepts on them.
pub(crate) fn send(stream: &mut UnixStream, sockets: &[(SocketAddr, Arc<TcpListener>)]) -> io::Result<()> {
    limit(stream)?;
    for (address, socket) in sockets {
        let record = format!("{address:<RECORD$}");
        let descriptors = [socket.as_fd()];
        let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        control.push(SendAncillaryMessage::ScmRights(&descriptors));
        let sent = sendmsg(&*stream, &[IoSlice::new(record.as_bytes())], &mut control, SendFlags::NOSIGNAL)?;
        if sent != RECORD {
            return Err(io::ErrorKind::WriteZero.into());
        }
    }
    stream.write_all(&[b' '; RECORD])?;
    let mut confirmed = [0];
    stream.read_exact(&mut confirmed)?;
    if confirmed[0] == ACCEPTING { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
}

/// Receives what [`send`] sends.
pub(crate) fn receive(stream: &UnixStream) -> io::Result<Vec<(SocketAddr, TcpListener)>> {
    limit(stream)?;
    let mut sockets = Vec::new();
    loop {
        let mut record = [0; RECORD];
        let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let got = recvmsg(stream, &mut [IoSliceMut::new(&mut record)], &mut control, RecvFlags::CMSG_CLOEXEC)?;
        let socket = control.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
            _ => None,
        });
        let text = std::str::from_utf8(&record).unwrap_or("").trim_end();
        match (got.bytes, socket, text.parse()) {
            (RECORD, Some(socket), Ok(address)) => sockets.push((address, TcpListener::from(socket))),
            (RECORD, None, _) if text.is_empty() => return Ok(sockets),
            _ => return Err(io::Error::new(io::ErrorKind::InvalidData, "the sockets came in an unknown form")),
        }
    }
}

/// Tells the predecessor that it may stop accepting.
pub(crate) fn confirm(stream: &mut UnixStream) -> io::Result<()> {
    stream.write_all(&[ACCEPTING])
}

fn limit(stream: &UnixStream) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(WITHIN))?;
    stream.set_write_timeout(Some(WITHIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_arrive_with_their_addresses() {
        let socket = Arc::new(TcpListener::bind("127.0.0.1:0").unwrap());
        let bound = socket.local_addr().unwrap();
        let told: SocketAddr = "[::1]:65535".parse().unwrap();
        let (mut ours, mut theirs) = UnixStream::pair().unwrap();
        let giving = std::thread::spawn(move || send(&mut ours, &[(bound, Arc::clone(&socket)), (told, socket)]));
        let received = receive(&theirs).unwrap();
        confirm(&mut theirs).unwrap();
        giving.join().unwrap().unwrap();
        assert_eq!(received.iter().map(|(a, _)| *a).collect::<Vec<_>>(), [bound, told]);
        assert!(received.iter().all(|(_, s)| s.local_addr().unwrap() == bound));
    }
}
