//! An object of a cluster: complete, and written in the order of a person.

use std::any::Any;
use std::borrow::Cow;
use std::fmt::Debug;

use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::{Metadata, Resource};
use serde::Serialize;

use super::order::arranged;
use crate::yaml::{Map, Yaml, of};

/// An object as it is in one environment, without its namespace.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    /// What it belongs to.
    pub(crate) part: Part<'a>,
    /// `apps/v1`.
    pub(crate) api: &'static str,
    /// `Deployment`.
    pub(crate) kind: &'static str,
    /// Its name.
    pub(crate) name: String,
    body: Body,
    notes: Vec<(String, Cow<'static, str>)>,
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

/// Most objects are the same in all environments, and comparing typed values is much cheaper than writing them down.
#[derive(Debug)]
enum Body {
    Typed(Box<dyn Typed>),
    Written(Map),
}

trait Typed: Any + Debug + Send + Sync {
    fn written(&self) -> Yaml;
    fn equals(&self, other: &dyn Typed) -> bool;
}

impl<T: Serialize + PartialEq + Debug + Send + Sync + 'static> Typed for T {
    fn written(&self) -> Yaml {
        of(self)
    }

    fn equals(&self, other: &dyn Typed) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref::<T>().is_some_and(|other| self == other)
    }
}

impl<'a> Object<'a> {
    /// An object that has a type.
    pub(super) fn of<T>(part: Part<'a>, object: T) -> Self
    where
        T: Resource + Metadata<Ty = ObjectMeta> + Serialize + PartialEq + Debug + Send + Sync + 'static,
    {
        let name = object.metadata().name.clone().unwrap_or_default();
        let body = Body::Typed(Box::new(object));
        Self { part, api: T::API_VERSION, kind: T::KIND, name, body, notes: Vec::new() }
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
        let body = Body::Written(arranged(tree.with("spec", spec)));
        Self { part, api, kind, name, body, notes: Vec::new() }
    }

    /// Puts a comment above the entry at `path`, such as `spec.template.spec.containers.0.image`.
    #[must_use]
    pub(super) fn explained(mut self, path: impl Into<String>, why: impl Into<Cow<'static, str>>) -> Self {
        self.notes.push((path.into(), why.into()));
        self
    }

    /// Whether both are the same, but for their comments. False may also mean that it is not known yet.
    pub(super) fn equals(&self, other: &Self) -> bool {
        match (&self.body, &other.body) {
            (Body::Typed(one), Body::Typed(other)) => one.equals(other.as_ref()),
            _ => false,
        }
    }

    /// When it is a ConfigMap, the ConfigMap.
    pub(super) fn config(&self) -> Option<&ConfigMap> {
        match &self.body {
            Body::Typed(object) => {
                let object: &dyn Any = object.as_ref();
                object.downcast_ref()
            }
            Body::Written(_) => None,
        }
    }

    /// All of it, from `apiVersion` on.
    pub(crate) fn into_tree(self) -> Map {
        let mut tree = match self.body {
            Body::Typed(object) => match object.written() {
                Yaml::Map(tree) => arranged(tree),
                _ => Map::new(),
            },
            Body::Written(tree) => tree,
        };
        for (path, why) in self.notes {
            explain(&mut tree, &path, why);
        }
        tree
    }
}

fn explain(tree: &mut Map, path: &str, why: Cow<'static, str>) {
    let (above, key) = path.rsplit_once('.').unwrap_or(("", path));
    let mut steps = above.split('.').filter(|step| !step.is_empty());
    if let Some(map) = steps.try_fold(Inner::Map(tree), Inner::step).and_then(Inner::map) {
        map.explain(key, why);
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
