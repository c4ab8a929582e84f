//! Which Compose files there are, where each stands, and what all parts of one have to know.

use towel_check::CheckedStack;
use towel_model::{Class, EngineKind, Service, Stack};

use super::artefact::{Artefact, Folders, runs};
use crate::Product;

/// One Compose file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub(crate) stack: &'a CheckedStack,
    /// Whether it is `compose.yaml` beside `towel.yaml`.
    pub(crate) main: bool,
}

/// The Compose files of a product: `compose.yaml` for the first local environment of class dev, or the first that comes
/// near it; one in `deploy/compose` for every other local environment.
pub(crate) fn settings(product: &Product) -> Vec<Setting<'_>> {
    let mut local = product.local();
    let developers = product.local().find(|stack| *stack.environment.class == Class::Dev);
    let main = developers.or_else(|| local.next()).unwrap_or_else(|| product.first());
    let name = &main.environment.name;
    let others = product.local().filter(|stack| stack.environment.name != *name);
    let main = Setting { stack: main, main: true };
    std::iter::once(main).chain(others.map(|stack| Setting { stack, main: false })).collect()
}

/// Whether developers run the environment: services are built from source then, and there are tools. An environment of a
/// cluster is rendered for developers only.
pub(super) fn is_for_developers(stack: &Stack) -> bool {
    *stack.environment.class == Class::Dev || *stack.environment.engine == EngineKind::Kubernetes
}

impl<'a> Setting<'a> {
    pub(super) fn is_for_developers(self) -> bool {
        is_for_developers(self.stack)
    }

    /// Of the file, from the folder of `towel.yaml`.
    pub(crate) fn path(self) -> String {
        if self.main { "compose.yaml".to_owned() } else { format!("deploy/compose/{}.yaml", self.environment()) }
    }

    /// Something in the product's folder, as the file says it.
    pub(super) fn beside(self, path: &str) -> String {
        let path = path.trim_start_matches("./").trim_end_matches('/');
        match (self.main, path) {
            (_, absolute) if absolute.starts_with('/') => absolute.to_owned(),
            (true, "" | ".") => ".".to_owned(),
            (true, path) => format!("./{path}"),
            (false, "" | ".") => "../..".to_owned(),
            (false, path) => format!("../../{path}"),
        }
    }

    /// Where a file that the Compose file mounts is written.
    pub(super) fn mounted(self, name: &str) -> String {
        if self.main {
            format!("deploy/compose/{name}")
        } else {
            format!("deploy/compose/{}/{name}", self.environment())
        }
    }

    /// The same as the Compose file says it.
    pub(super) fn mount(self, name: &str) -> String {
        if self.main { format!("./deploy/compose/{name}") } else { format!("./{}/{name}", self.environment()) }
    }

    /// The project, which is part of the names of containers, networks and volumes.
    pub(crate) fn project(self) -> String {
        let name = self.stack.name.as_str();
        if self.main { name.to_owned() } else { format!("{name}-{}", self.environment()) }
    }

    /// Services that a container can run, with what it runs.
    pub(super) fn artefacts(self) -> impl Iterator<Item = (&'a Service, Artefact)> {
        let folders = Folders::of(self.stack);
        let services = self.stack.services.iter();
        services.filter_map(move |service| Some((service, Artefact::of(self, service, &folders)?)))
    }

    /// The same services alone.
    pub(super) fn services(self) -> impl Iterator<Item = &'a Service> {
        self.stack.services.iter().filter(|service| runs(service))
    }

    /// `wanted`, or something like it that the product does not use.
    pub(super) fn unused(self, wanted: &str) -> String {
        let taken = |name: &str| self.stack.service(name).is_some() || self.stack.datastore(name).is_some();
        let mut name = wanted.to_owned();
        while taken(&name) {
            name.insert_str(0, "towel-");
        }
        name
    }

    fn environment(self) -> &'a str {
        self.stack.environment.name.as_str()
    }
}
