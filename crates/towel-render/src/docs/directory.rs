//! Who is who in one environment, looked up by name: pages ask this thousands of times.

use std::collections::HashMap;

use towel_check::CheckedStack;
use towel_model::{Client, Datastore, Service};

use super::command::Shell;
use super::link::From;
use crate::Product;

/// The parts of one environment by name, and who needs them.
#[derive(Debug)]
pub(super) struct Directory<'a> {
    stack: &'a CheckedStack,
    services: HashMap<&'a str, &'a Service>,
    datastores: HashMap<&'a str, &'a Datastore>,
    needers: HashMap<&'a str, Vec<&'a Service>>,
    callers: HashMap<&'a str, Vec<&'a Client>>,
}

/// One for each environment, in the order of the file.
pub(super) fn directories(product: &Product) -> Vec<Directory<'_>> {
    product.stacks().iter().map(Directory::of).collect()
}

/// The command lines of all environments.
pub(super) fn shells<'a>(directories: &'a [Directory<'a>]) -> Vec<Shell<'a>> {
    directories.iter().map(|directory| Shell::of(directory, directories)).collect()
}

impl<'a> Directory<'a> {
    fn of(stack: &'a CheckedStack) -> Self {
        let mut needers: HashMap<&str, Vec<&Service>> = HashMap::new();
        for service in &stack.services {
            for need in &service.needs {
                let of = needers.entry(need.as_str()).or_default();
                // Nobody needs something twice, however often it is written.
                if of.last().is_none_or(|last| last.name.value != service.name.value) {
                    of.push(service);
                }
            }
        }
        let mut callers: HashMap<&str, Vec<&Client>> = HashMap::new();
        for client in &stack.clients {
            client.needs.iter().for_each(|need| callers.entry(need.as_str()).or_default().push(client));
        }
        Self {
            stack,
            services: stack.services.iter().map(|service| (service.name.as_str(), service)).collect(),
            datastores: stack.datastores.iter().map(|datastore| (datastore.name.as_str(), datastore)).collect(),
            needers,
            callers,
        }
    }

    pub(super) fn stack(&self) -> &'a CheckedStack {
        self.stack
    }

    pub(super) fn service(&self, name: &str) -> Option<&'a Service> {
        self.services.get(name).copied()
    }

    pub(super) fn datastore(&self, name: &str) -> Option<&'a Datastore> {
        self.datastores.get(name).copied()
    }

    /// Services that need a part.
    pub(super) fn needers(&self, name: &str) -> &[&'a Service] {
        self.needers.get(name).map_or(&[], Vec::as_slice)
    }

    /// Clients that call a service.
    pub(super) fn callers(&self, name: &str) -> &[&'a Client] {
        self.callers.get(name).map_or(&[], Vec::as_slice)
    }

    /// A link to what is needed, whatever it is.
    pub(super) fn link(&self, from: From, need: &str) -> String {
        if self.services.contains_key(need) { from.service(need) } else { from.datastore(need) }
    }

    /// Links to services that need a part.
    pub(super) fn needer_links(&self, from: From, name: &str) -> Vec<String> {
        self.needers(name).iter().map(|service| from.service(&service.name)).collect()
    }
}
