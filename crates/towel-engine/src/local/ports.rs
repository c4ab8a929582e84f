//! Hands out loopback ports, each to one instance at a time.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::{Mutex, PoisonError};

use super::backoff::Chance;

/// Below Linux's ephemeral ports, so that no outgoing connection takes one between choice and use.
const RANGE: Range<u16> = 20_000..32_000;

/// The ports of one product.
pub(crate) struct Ports {
    taken: Mutex<BTreeMap<u16, Option<Claim>>>,
    chance: Mutex<Chance>,
}

impl Ports {
    /// `seed` makes two products on one machine begin at different places.
    pub(crate) fn new(seed: u64) -> Self {
        Self { taken: Mutex::default(), chance: Mutex::new(Chance::new(seed, "ports")) }
    }

    /// A port that nobody listens on and nobody else was given; none when there is none.
    pub(crate) fn take(&self) -> Option<u16> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let width = u64::from(RANGE.end - RANGE.start);
        let first = self.chance.lock().unwrap_or_else(PoisonError::into_inner).number() % width;
        let offset = |step: u64| u16::try_from((first + step) % width).ok();
        let ports = (0..width).filter_map(offset).map(|offset| RANGE.start + offset);
        let (port, claim) =
            ports.filter(|port| !taken.contains_key(port)).find_map(|port| Some((port, Claim::on(port)?)))?;
        taken.insert(port, Some(claim));
        Some(port)
    }

    /// Notes a port that an adopted instance has.
    pub(crate) fn keep(&self, port: u16) {
        let claim = Claim::on(port);
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(port, claim);
    }

    /// Gives a port back.
    pub(crate) fn release(&self, port: u16) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(&port);
    }
}

/// Keeps other products of this machine off a port from its choice until the service listens there: they
/// look for this socket, which has a name and no file, and goes with its process.
struct Claim {
    _socket: UnixDatagram,
}

impl Claim {
    /// None when somebody has the port or listens there.
    fn on(port: u16) -> Option<Self> {
        let name = SocketAddr::from_abstract_name(format!("towel-port-{port}")).ok()?;
        let socket = UnixDatagram::bind_addr(&name).ok()?;
        is_free(port).then_some(Self { _socket: socket })
    }
}

/// Whether one can listen there now.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_port_is_handed_out_once() {
        // Two products that look in the same order at the same time.
        let (one, other) = (Ports::new(1), Ports::new(1));
        let taken: BTreeSet<u16> = (0..100).flat_map(|_| [one.take().unwrap(), other.take().unwrap()]).collect();
        assert_eq!(taken.len(), 200);
    }

    #[test]
    fn a_port_on_which_somebody_listens_is_left_alone() {
        let first = Ports::new(2).take().unwrap();
        let _held = TcpListener::bind((Ipv4Addr::LOCALHOST, first)).unwrap();
        assert_ne!(Ports::new(2).take().unwrap(), first);
    }
}
