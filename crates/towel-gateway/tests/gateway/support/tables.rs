//! Tables in few words.

use std::net::SocketAddr;

use towel_gateway::table::{Backend, Listener, RateLimit, Route, Table, Target, TlsFiles, Version};

/// Ids and addresses.
type Targets<'a> = &'a [(&'a str, SocketAddr)];

/// A table with one listener and, at first, one backend `shop`.
#[derive(Clone)]
pub(crate) struct TableMaker(pub(crate) Table);

/// One backend `shop` with these versions behind a port that the system chooses.
pub(crate) fn one(generation: u64, versions: &[(&str, u32, Targets<'_>)]) -> TableMaker {
    let versions = versions
        .iter()
        .map(|(label, weight, targets)| Version {
            label: (*label).to_owned(),
            weight: *weight,
            targets: targets.iter().map(|(id, address)| Target { id: (*id).to_owned(), address: *address }).collect(),
        })
        .collect();
    let backend =
        Backend { epoch: generation, versions, sticky: false, rate_limit: None, hold_ms: 0, timeout_ms: 10_000 };
    let route = Route { host: None, path: "/".to_owned(), backend: "shop".to_owned() };
    let listener = Listener { address: "127.0.0.1:0".parse().unwrap(), tls: None, routes: vec![route] };
    TableMaker(Table { generation, listeners: vec![listener], backends: [("shop".to_owned(), backend)].into() })
}

impl TableMaker {
    pub(crate) fn shop(mut self, change: impl FnOnce(&mut Backend)) -> Self {
        change(self.0.backends.get_mut("shop").unwrap());
        self
    }

    pub(crate) fn sticky(self) -> Self {
        self.shop(|b| b.sticky = true)
    }

    pub(crate) fn hold(self, ms: u64) -> Self {
        self.shop(|b| b.hold_ms = ms)
    }

    pub(crate) fn timeout(self, ms: u64) -> Self {
        self.shop(|b| b.timeout_ms = ms)
    }

    pub(crate) fn rate(self, requests: u32, per_ms: u64) -> Self {
        self.shop(|b| b.rate_limit = Some(RateLimit { requests, per_ms }))
    }

    pub(crate) fn epoch(self, epoch: u64) -> Self {
        self.shop(|b| b.epoch = epoch)
    }

    pub(crate) fn tls(mut self, certificate: &str, key: &str) -> Self {
        self.0.listeners[0].tls = Some(TlsFiles { certificate: certificate.to_owned(), key: key.to_owned() });
        self
    }

    pub(crate) fn at(mut self, address: SocketAddr) -> Self {
        self.0.listeners[0].address = address;
        self
    }
}
