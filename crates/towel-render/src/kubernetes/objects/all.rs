//! Every object of one environment, part by part, in the order in which they can be applied.

use std::collections::{BTreeSet, HashSet};

use towel_check::CheckedStack;

use super::scene::Scene;
use super::{access, backup, datastore, product, service};
use crate::kubernetes::object::Object;

/// Every object of one environment, without its namespace: what applies or packs them puts it there.
/// ConfigMaps have their plain names; see [`super::variable::config_name`].
pub(crate) fn objects(stack: &CheckedStack) -> Vec<Object<'_>> {
    let scene = Scene::of(stack);
    let groups = Group::all(std::slice::from_ref(&scene));
    let mut objects: Vec<Object<'_>> = groups.into_iter().flat_map(|group| group.objects(&scene)).collect();
    let kinds = objects.iter().map(|object| (object.api, object.kind)).collect();
    objects.extend(access::objects(&scene, &kinds));
    objects
}

/// Objects that are made together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Group<'a> {
    /// What the product has once.
    Product,
    /// A datastore and its backups.
    Datastore(&'a str),
    /// A service.
    Service(&'a str),
}

impl<'a> Group<'a> {
    /// Those of all environments, each once, in the order of the file.
    pub(crate) fn all(scenes: &[Scene<'a>]) -> Vec<Self> {
        let datastores = scenes.iter().flat_map(|scene| &scene.stack.datastores).map(|it| Self::Datastore(&it.name));
        let services = scenes.iter().flat_map(|scene| &scene.stack.services).map(|it| Self::Service(&it.name));
        let mut seen = HashSet::new();
        std::iter::once(Self::Product).chain(datastores).chain(services).filter(|group| seen.insert(*group)).collect()
    }

    /// Its objects in one environment; none where it does not exist.
    pub(crate) fn objects(self, scene: &Scene<'a>) -> Vec<Object<'a>> {
        let mut objects = Vec::with_capacity(8);
        match self {
            Self::Product => product::add(scene, &mut objects),
            Self::Datastore(name) => {
                if let Some(datastore) = scene.datastore(name) {
                    datastore::add(scene, datastore, &mut objects);
                    backup::add(scene, datastore, &mut objects);
                }
            }
            Self::Service(name) => {
                scene.service(name).into_iter().for_each(|service| service::add(scene, service, &mut objects));
            }
        }
        objects
    }
}

/// Versions and names of kinds.
pub(crate) type Kinds = BTreeSet<(&'static str, &'static str)>;
