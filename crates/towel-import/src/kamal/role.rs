//! Roles: the same image on some hosts, with a command of its own.

use crate::account::Cursor;
use crate::draft::{Names, Noted, Service, escape};
use crate::read::{bytes, cores, memory_range, processor_range, seconds, shell_line};

/// A role.
pub(super) struct Role<'a> {
    /// The service's name in the new file.
    pub(super) name: String,
    /// Its entry; none for a plain list of hosts.
    pub(super) at: Option<Cursor<'a>>,
    hosts: Vec<Cursor<'a>>,
    primary: bool,
}

/// The roles: the first, or the one that is called primary, gets the product's own name.
pub(super) fn roles<'a>(root: &Cursor<'a>, product: &str, names: &mut Names) -> Vec<Role<'a>> {
    let primary = root.get("primary_role").and_then(|role| role.text());
    let Some(servers) = root.get("servers") else {
        return vec![Role { name: names.give(product), at: None, hosts: Vec::new(), primary: true }];
    };
    if !servers.is_mapping() {
        return vec![Role { name: names.give(product), at: None, hosts: servers.items(), primary: true }];
    }
    let all = servers.each();
    let first = primary.map_or_else(
        || all.iter().find(|(role, _)| role == "web").or(all.first()).map(|(role, _)| role.clone()),
        |role| Some(role.to_owned()),
    );
    // The primary one first, so that the name is free for it.
    let mut all: Vec<_> = all.into_iter().map(|(role, at)| (Some(&role) == first.as_ref(), role, at)).collect();
    all.sort_by_key(|(primary, ..)| !primary);
    all.into_iter()
        .map(|(primary, role, at)| {
            let name = if primary { product.to_owned() } else { format!("{product}-{role}") };
            let hosts = if at.is_mapping() { at.get("hosts").map(|hosts| hosts.items()) } else { Some(at.items()) };
            Role { name: names.give(&name), at: Some(at), hosts: hosts.unwrap_or_default(), primary }
        })
        .collect()
}

impl Role<'_> {
    fn get(&self, key: &str) -> Option<Cursor<'_>> {
        self.at.as_ref()?.get(key)
    }

    /// Requests reach the primary role, and others that say so.
    pub(super) fn has_proxy(&self) -> bool {
        match self.get("proxy") {
            Some(proxy) if proxy.is_mapping() => true,
            Some(proxy) => {
                proxy.converted();
                proxy.is_on()
            }
            None => self.primary,
        }
    }

    /// An instance for each host.
    pub(super) fn replicas(&self) -> Option<Noted<String>> {
        for host in &self.hosts {
            host.approximated("became one instance; on which machine it runs is the engine's choice");
        }
        let count = self.hosts.len();
        (count > 0).then(|| Noted::new(count.to_string(), "one for each host of the role"))
    }

    pub(super) fn command(&self) -> Option<Noted<String>> {
        let at = self.get("cmd")?;
        let command = escape(&shell_line(at.peek()?));
        at.approximated("became `run:`, which is for this machine and for images that towel builds");
        Some(Noted::new(command, "was the container's command"))
    }

    pub(super) fn drain(&self) -> Option<Noted<String>> {
        let at = self.get("stop_timeout")?;
        let time = seconds(at.peek()?)?;
        at.approximated("became `drain:`; five seconds more until the instance is killed");
        Some(Noted::plain(time))
    }

    /// `options: { memory: 2g, cpus: 4 }`, as `docker run` takes them.
    pub(super) fn amounts(&self, service: &mut Service) {
        let amount = |key: &str, read: fn(&str) -> Option<u64>| {
            let at = self.get("options")?.get(key)?;
            let amount = read(at.peek()?)?;
            at.converted();
            Some(amount)
        };
        service.cpu = processor_range(None, amount("cpus", cores)).map(Noted::plain);
        service.memory = memory_range(amount("memory-reservation", bytes), amount("memory", bytes)).map(Noted::plain);
    }
}
