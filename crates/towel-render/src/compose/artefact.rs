//! What a service's container runs: an image built here from source, or one that is there.

use std::collections::HashMap;

use towel_model::{Reference, Service, Stack};

use super::environment::{filled, reference};
use super::setting::{Setting, is_for_developers};

/// What a container runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Artefact {
    /// Built from `context` by `dockerfile`, which lies in it.
    Built { context: String, dockerfile: String },
    /// Pulled.
    Image(String),
}

/// Whether the target `docker` writes a Dockerfile for it.
pub(crate) fn is_built(service: &Service) -> bool {
    folder(service).is_some()
}

/// Whether a container can run it at all; a command for this machine alone is none.
pub(crate) fn runs(service: &Service) -> bool {
    is_built(service) || service.image.is_some()
}

/// Whether it is built where it runs.
pub(crate) fn is_built_here(stack: &Stack, service: &Service) -> bool {
    is_for_developers(stack) && is_built(service)
}

/// How many services are built from each folder.
pub(crate) struct Folders(HashMap<String, usize>);

impl Folders {
    pub(crate) fn of(stack: &Stack) -> Self {
        let mut folders = HashMap::new();
        for folder in stack.services.iter().filter_map(folder) {
            *folders.entry(folder).or_default() += 1;
        }
        Self(folders)
    }

    /// Whether the service shares its folder with another one; its files carry its name then.
    pub(crate) fn is_shared(&self, service: &Service) -> bool {
        folder(service).is_some_and(|folder| self.0.get(&folder).is_some_and(|count| *count > 1))
    }

    /// Name of a service's Dockerfile, in the folder of its source.
    pub(crate) fn dockerfile(&self, service: &Service) -> String {
        if self.is_shared(service) { format!("Dockerfile.{}", service.name.as_str()) } else { "Dockerfile".to_owned() }
    }
}

fn folder(service: &Service) -> Option<String> {
    service.stack.as_ref()?;
    crate::docker::folder(service.source.as_ref()?)
}

impl Artefact {
    /// None for a service that only has a command for this machine.
    pub(super) fn of(setting: Setting<'_>, service: &Service, folders: &Folders) -> Option<Self> {
        if let Some(folder) = folder(service).filter(|_| is_built_here(setting.stack, service)) {
            return Some(Self::Built { context: setting.beside(&folder), dockerfile: folders.dockerfile(service) });
        }
        let image = service.image.as_ref().map(|image| filled(setting, service, image));
        let unpublished = || is_built(service).then(|| unpublished(setting, service));
        image.or_else(unpublished).map(Self::Image)
    }
}

/// An image that was built on the machine itself, since the file names no registry.
fn unpublished(setting: Setting<'_>, service: &Service) -> String {
    let version = reference(setting, service, &Reference::Version);
    format!("{}-{}:{version}", setting.stack.name.as_str(), service.name.as_str())
}
