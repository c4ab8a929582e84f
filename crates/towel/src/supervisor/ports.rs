//! Ports of this machine that stay the same from one start to the next, while nobody else takes them.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::Context;
use sha2::{Digest, Sha256};
use towel_model::Stack;

use crate::exit::Failure;

/// Where exposed services answer when the file does not say.
const FRONT_DOOR: &str = "127.0.0.1:8080";

/// Where other ports are taken from: below those that the system gives to outgoing connections,
/// and below those of instances.
const RANGE: std::ops::Range<u16> = 17_000..20_000;

/// The ports of an environment, kept in a file.
pub(crate) struct Ports {
    file: PathBuf,
    known: BTreeMap<String, u16>,
    /// Whether the gateway runs and has them open.
    running: bool,
}

impl Ports {
    /// Those given out earlier. `running` tells that the gateway listens on them.
    pub(crate) fn read(state: &Path, running: bool) -> anyhow::Result<Self> {
        let file = state.join("ports.json");
        let known = match std::fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| format!("read `{}`", file.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error).with_context(|| format!("read `{}`", file.display())),
        };
        Ok(Self { file, known, running })
    }

    /// A port for each service that listens, by which other services reach it through the gateway.
    pub(crate) fn of_services(&mut self, stack: &Stack) -> anyhow::Result<BTreeMap<String, u16>> {
        let listening = stack.services.iter().filter(|service| service.port.is_some());
        let mut ports = BTreeMap::new();
        for service in listening {
            ports.insert(service.name.to_string(), self.port(&service.name)?);
        }
        Ok(ports)
    }

    /// Where exposed services answer; none when no service is exposed.
    pub(crate) fn front_door(&mut self, stack: &Stack) -> anyhow::Result<Option<SocketAddr>> {
        if !stack.services.iter().any(|service| service.expose.is_some()) {
            return Ok(None);
        }
        let listen = stack.environment.gateway.as_ref().and_then(|gateway| gateway.listen.as_ref());
        if let Some(listen) = listen {
            let address = listen.parse().map_err(|_| {
                Failure::no(format!("`gateway.listen: {listen}` is not an address"))
                    .help("write an IP address and a port, such as `127.0.0.1:8080`")
            })?;
            return free_or_ours(address, self.running).map(Some);
        }
        // Nobody asked for this very port: when something else has it, any other will do, and stays.
        const KEY: &str = "(front door)";
        let usual: SocketAddr = FRONT_DOOR.parse().expect("a constant address");
        if !self.known.contains_key(KEY) && TcpListener::bind(usual).is_ok() {
            self.keep(KEY, usual.port())?;
        }
        let port = self.port(KEY)?;
        Ok(Some(SocketAddr::from((Ipv4Addr::LOCALHOST, port))))
    }

    fn port(&mut self, key: &str) -> anyhow::Result<u16> {
        if let Some(port) = self.known.get(key).filter(|port| self.running || is_free(**port)) {
            return Ok(*port);
        }
        let taken: Vec<u16> = self.known.values().copied().collect();
        let port = self
            .candidates()
            .find(|port| !taken.contains(port) && is_free(*port))
            .with_context(|| format!("find a free port from {} to {}", RANGE.start, RANGE.end - 1))?;
        self.keep(key, port)?;
        Ok(port)
    }

    /// Two products that start at the same moment look at different ports first, each always at the same.
    fn candidates(&self) -> impl Iterator<Item = u16> + use<> {
        let digest = Sha256::digest(self.file.as_os_str().as_encoded_bytes());
        let width = RANGE.end - RANGE.start;
        let first = u16::from_be_bytes([digest[0], digest[1]]) % width;
        (0..width).map(move |step| RANGE.start + (first + step) % width)
    }

    fn keep(&mut self, key: &str, port: u16) -> anyhow::Result<()> {
        self.known.insert(key.to_owned(), port);
        let text = serde_json::to_vec_pretty(&self.known).context("write the ports")?;
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).context("write the ports")?;
        std::io::Write::write_all(&mut file, &text).context("write the ports")?;
        file.persist(&self.file).with_context(|| format!("write `{}`", self.file.display()))?;
        Ok(())
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

fn free_or_ours(address: SocketAddr, running: bool) -> anyhow::Result<SocketAddr> {
    if running {
        return Ok(address);
    }
    match TcpListener::bind(address) {
        Ok(_) => Ok(address),
        Err(error) => Err(Failure::outside(format!("the gateway cannot listen on `{address}`: {error}"))
            .help("stop what listens there, or give another address as `gateway.listen` of the environment")
            .into()),
    }
}
