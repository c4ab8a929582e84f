//! The values of a chart: sections and leaves, each leaf with what it is in every environment.

use std::borrow::Cow;

use super::setting::{Setting, default};
use crate::yaml::{Map, Yaml};

/// A section of values.
#[derive(Default)]
pub(super) struct Section {
    /// What stands above it.
    pub(super) comment: Option<Cow<'static, str>>,
    pub(super) entries: Vec<(String, Node)>,
}

/// What a key leads to.
pub(super) enum Node {
    Section(Section),
    Leaf(Leaf),
}

/// A value.
pub(super) struct Leaf {
    /// For each environment.
    pub(super) settings: Vec<Setting>,
    pub(super) shape: Shape,
    /// What it is for, as the schema says it.
    pub(super) about: String,
}

/// What a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    /// Whatever has the type that it has.
    Any,
    Count,
    Digest,
    Environment,
    Host,
    Percent,
    Quantity,
    Repository,
    Resources,
    Tag,
}

impl Section {
    /// Keeps a leaf, and says under which path: another one may have its name already.
    pub(super) fn put(&mut self, path: &[String], leaf: Leaf) -> Vec<String> {
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        let mut name = first.clone();
        let mut count = 1;
        loop {
            match self.entries.iter_mut().find(|(key, _)| *key == name).map(|(_, node)| node) {
                None => break,
                Some(Node::Section(section)) if !rest.is_empty() => {
                    let mut path = section.put(rest, leaf);
                    path.insert(0, name);
                    return path;
                }
                Some(Node::Leaf(known)) if rest.is_empty() && known.settings == leaf.settings => return vec![name],
                Some(_) => {
                    count += 1;
                    name = format!("{first}{count}");
                }
            }
        }
        if rest.is_empty() {
            // Whether something is there comes before what it is.
            let place = if matches!(name.as_str(), "enabled" | "create") { 0 } else { self.entries.len() };
            self.entries.insert(place, (name.clone(), Node::Leaf(leaf)));
            return vec![name];
        }
        let mut section = Self::default();
        let mut path = section.put(rest, leaf);
        self.entries.push((name.clone(), Node::Section(section)));
        path.insert(0, name);
        path
    }

    /// Puts all of a section where `path` leads.
    pub(super) fn attach(&mut self, path: &[String], section: Self) {
        let Some((first, rest)) = path.split_first() else {
            self.comment = section.comment.or(self.comment.take());
            self.entries.extend(section.entries);
            return;
        };
        if self.entries.last().is_none_or(|(key, _)| key != first) {
            let section = Self { comment: Some(Cow::Borrowed("")), entries: Vec::new() };
            self.entries.push((first.clone(), Node::Section(section)));
        }
        if let Some((_, Node::Section(inner))) = self.entries.last_mut() {
            match rest {
                // Names of parts are each there once, so there is nothing to look for.
                [name] => inner.entries.push((name.clone(), Node::Section(section))),
                rest => inner.attach(rest, section),
            }
        }
    }

    /// What the chart says by itself.
    pub(super) fn defaults(&self, order: &[usize]) -> Map {
        let mut map = Map::new();
        for (key, node) in &self.entries {
            match node {
                Node::Section(section) => {
                    if let Some(comment) = &section.comment {
                        map = map.blank().comment(comment.clone());
                    }
                    // Templates look into sections, whatever is in them.
                    map.insert(key.clone(), section.defaults(order));
                }
                Node::Leaf(leaf) => {
                    if let Some(value) = default(&leaf.settings, order) {
                        map.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        map
    }

    /// What the file of an environment says.
    pub(super) fn beyond(&self, environment: usize, order: &[usize]) -> Map {
        let mut map = Map::new();
        for (key, node) in &self.entries {
            map = match node {
                Node::Section(section) => map.unless_empty(key.clone(), section.beyond(environment, order)),
                Node::Leaf(leaf) => {
                    let own = leaf.settings.get(environment).unwrap_or(&Setting::Unused);
                    map.maybe(key.clone(), own.beyond(default(&leaf.settings, order)))
                }
            };
        }
        map
    }
}

impl Leaf {
    /// Yes or no for each environment that asks.
    pub(super) fn flag(settings: impl IntoIterator<Item = Option<bool>>, about: impl Into<String>) -> Self {
        let settings = settings.into_iter().map(|it| it.map_or(Setting::Unused, |flag| Setting::Is(Yaml::Bool(flag))));
        Self { settings: settings.collect(), shape: Shape::Any, about: about.into() }
    }
}
