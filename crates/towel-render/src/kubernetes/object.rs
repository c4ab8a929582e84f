//! An object of a cluster: complete, and written in the order of a person.

use std::borrow::Cow;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::{Metadata, Resource};
use serde::Serialize;

use super::order::arranged;
use crate::yaml::{Map, Yaml, of};

/// An object as it is in one environment, without its namespace.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Object<'a> {
    /// What it belongs to.
    pub(crate) part: Part<'a>,
    /// `apps/v1`.
    pub(crate) api: &'static str,
    /// `Deployment`.
    pub(crate) kind: &'static str,
    /// Its name.
    pub(crate) name: String,
    /// All of it, from `apiVersion` on.
    pub(crate) tree: Map,
}

/// What an object belongs to; objects of one part stand in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part<'a> {
    /// The product as a whole: its namespace, its front door and the like.
    Product(&'static str),
    /// A service.
    Service(&'a str),
    /// A datastore.
    Datastore(&'a str),
}

impl<'a> Object<'a> {
    /// An object that has a type.
    pub(super) fn of<T>(part: Part<'a>, object: &T) -> Self
    where
        T: Resource + Metadata<Ty = ObjectMeta> + Serialize,
    {
        let Yaml::Map(tree) = of(object) else { unreachable!("an object of Kubernetes is a mapping") };
        let name = object.metadata().name.clone().unwrap_or_default();
        Self { part, api: T::API_VERSION, kind: T::KIND, name, tree: arranged(tree) }
    }

    /// An object of a kind that only some clusters have.
    pub(super) fn custom(
        part: Part<'a>,
        api: &'static str,
        kind: &'static str,
        metadata: &ObjectMeta,
        spec: Map,
    ) -> Self {
        let name = metadata.name.clone().unwrap_or_default();
        let tree = Map::new().with("apiVersion", api).with("kind", kind).with("metadata", of(metadata));
        Self { part, api, kind, name, tree: arranged(tree.with("spec", spec)) }
    }

    /// Puts a comment above the entry at `path`, such as `spec.template.spec.containers.0.image`.
    #[must_use]
    pub(super) fn explained(mut self, path: &str, why: impl Into<Cow<'static, str>>) -> Self {
        let (above, key) = path.rsplit_once('.').unwrap_or(("", path));
        let steps = above.split('.').filter(|step| !step.is_empty());
        if let Some(map) = steps.fold(Some(Inner::Map(&mut self.tree)), |at, step| at?.step(step)).and_then(Inner::map)
        {
            map.explain(key, why);
        }
        self
    }
}

/// A place within an object.
enum Inner<'t> {
    Map(&'t mut Map),
    List(&'t mut Vec<Yaml>),
}

impl<'t> Inner<'t> {
    fn step(self, step: &str) -> Option<Self> {
        let value = match self {
            Self::Map(map) => map.get_mut(step)?,
            Self::List(items) => items.get_mut(step.parse::<usize>().ok()?)?,
        };
        match value {
            Yaml::Map(map) => Some(Self::Map(map)),
            Yaml::List(items) => Some(Self::List(items)),
            _ => None,
        }
    }

    fn map(self) -> Option<&'t mut Map> {
        match self {
            Self::Map(map) => Some(map),
            Self::List(_) => None,
        }
    }
}
