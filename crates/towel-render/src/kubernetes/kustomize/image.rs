//! Images the way Kustomize sets them: a name in the base, and what it stands for in each overlay.

use std::collections::{HashMap, HashSet};

use towel_check::CheckedStack;
use towel_model::{Reference, Service, Stack};

use crate::kubernetes::objects::image;
use crate::names;
use crate::server::Server;
use crate::yaml::Map;

/// What images are called in the base, by service.
pub(super) struct Images<'a> {
    names: HashMap<&'a str, Named>,
}

struct Named {
    /// By which overlays find it.
    name: String,
    /// With the tag or digest that the first environment has.
    whole: String,
}

impl<'a> Images<'a> {
    pub(super) fn of(stacks: &[&'a CheckedStack]) -> Self {
        let mut taken: HashSet<String> = HashSet::new();
        for stack in stacks {
            taken.extend(stack.datastores.iter().map(|datastore| Server::of(datastore, stack).image.to_owned()));
        }
        let mut names = HashMap::new();
        for (stack, service) in stacks.iter().flat_map(|stack| stack.services.iter().map(move |it| (stack, it))) {
            if names.contains_key(service.name.as_str()) {
                continue;
            }
            let text = image(stack, service);
            let repository = names::image_repository(&text);
            // Services of one image are shipped one by one, so each needs a name of its own for it.
            let name = if taken.insert(repository.to_owned()) {
                repository.to_owned()
            } else {
                format!("{repository}/{}", service.name.as_str())
            };
            let whole = format!("{name}{}", text.strip_prefix(repository).unwrap_or_default());
            names.insert(service.name.as_str(), Named { name, whole });
        }
        Self { names }
    }

    /// The image of a service as the base has it.
    pub(super) fn in_base(&self, service: &str) -> Option<&str> {
        self.names.get(service).map(|named| named.whole.as_str())
    }

    /// What an overlay says about images.
    pub(super) fn of_overlay(&self, stack: &Stack) -> Vec<Map> {
        stack.services.iter().filter_map(|service| self.entry(stack, service)).collect()
    }

    fn entry(&self, stack: &Stack, service: &Service) -> Option<Map> {
        let named = self.names.get(service.name.as_str())?;
        let text = image(stack, service);
        let template = service.image.as_ref()?;
        let versioned = template.references().any(|(to, _)| *to == Reference::Version);
        if !versioned && named.whole == text {
            return None;
        }
        let repository = names::image_repository(&text);
        let (text, digest) = match text.split_once('@') {
            Some((text, digest)) => (text.to_owned(), Some(digest.to_owned())),
            None => (text.clone(), None),
        };
        let tag = text.strip_prefix(repository).and_then(|rest| rest.strip_prefix(':')).map(str::to_owned);
        Some(
            Map::new()
                .with("name", named.name.clone())
                .maybe("newName", (named.name != repository).then(|| repository.to_owned()))
                .maybe("newTag", tag)
                .maybe("digest", digest),
        )
    }
}
