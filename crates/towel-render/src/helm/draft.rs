//! The template of one part while it is made: its holes, its values, and what decides whether something is there.

use std::borrow::Cow;
use std::rc::Rc;

use super::hole::{Form, Holes};
use super::naming::expression;
use super::setting::Setting;
use super::value::{Leaf, Section, Shape};
use crate::yaml::{Map, Yaml};

/// A template and its values.
pub(super) struct Draft {
    /// How the template calls the values of the part.
    pub(super) variable: String,
    /// The part's name.
    pub(super) name: String,
    pub(super) holes: Holes,
    pub(super) values: Section,
    /// What decides whether an entry is there, where something else than a value of its own does: the kind of the
    /// object, the way to the entry, and the condition.
    pub(super) conditions: Vec<(&'static str, String, String)>,
    /// Lines that the template begins with.
    pub(super) prelude: Vec<String>,
    /// Parts that not every environment has.
    pub(super) partial: Rc<[Partial]>,
}

/// A part that not every environment has.
pub(super) struct Partial {
    pub(super) name: String,
    pub(super) present: Vec<bool>,
    pub(super) condition: String,
}

impl Draft {
    /// Keeps a value and gives the expression that asks for it.
    pub(super) fn put(&mut self, path: &[String], leaf: Leaf) -> String {
        let path = self.values.put(path, leaf);
        expression(&self.variable, &path)
    }

    /// Takes what `pointer` leads to out of the tree of each environment and makes it a value. None when it is nowhere.
    pub(super) fn take(
        &mut self,
        trees: &mut [Option<Map>],
        pointer: &[&str],
        path: &[&str],
        shape: Shape,
        about: impl Into<String>,
    ) -> Option<String> {
        let settings: Vec<Setting> = trees.iter_mut().map(|tree| setting(tree.as_mut(), pointer)).collect();
        settings.iter().find_map(Setting::value)?;
        let form = match settings.iter().find_map(Setting::value) {
            Some(Yaml::Map(_) | Yaml::List(_)) => Form::Block,
            Some(Yaml::Text(_)) => Form::Text,
            _ => Form::Plain,
        };
        let path: Vec<String> = path.iter().map(|it| (*it).to_owned()).collect();
        let expression = self.put(&path, Leaf { settings, shape, about: about.into() });
        let label = path.last().map_or("", String::as_str);
        let mark = self.holes.mark(form, expression.clone(), label);
        for (environment, tree) in trees.iter_mut().enumerate() {
            if let Some(found) = tree.as_mut().and_then(|tree| find(tree, pointer)) {
                let original = std::mem::replace(found, Yaml::from(mark.clone()));
                self.holes.remember(&mark, environment, &original);
            }
        }
        Some(expression)
    }
}

fn setting(tree: Option<&mut Map>, pointer: &[&str]) -> Setting {
    let Some(tree) = tree else { return Setting::Unused };
    find(tree, pointer).map_or(Setting::Absent, |found| Setting::Is(found.clone()))
}

/// What a pointer leads to: keys of mappings, places in lists, and `=name` for the item of that name.
pub(super) fn find<'t>(tree: &'t mut Map, pointer: &[&str]) -> Option<&'t mut Yaml> {
    let (first, rest) = pointer.split_first()?;
    let mut at = tree.get_mut(first)?;
    for step in rest {
        at = match at {
            Yaml::Map(map) => map.get_mut(step)?,
            Yaml::List(items) | Yaml::Row(items) => match step.strip_prefix('=') {
                Some(name) => items.iter_mut().find(|item| identity(item).as_deref() == Some(name))?,
                None => items.get_mut(step.parse::<usize>().ok()?)?,
            },
            _ => return None,
        };
    }
    Some(at)
}

/// By what an item of a list is known: its name, that of the resource that it measures, or what a rule is about.
pub(super) fn identity(item: &Yaml) -> Option<Cow<'_, str>> {
    let Yaml::Map(item) = item else { return None };
    let name = match (item.get("name"), item.get("resource"), item.get("apiGroups"), item.get("verbs")) {
        (Some(name), ..) => name,
        (None, Some(Yaml::Map(resource)), ..) => resource.get("name")?,
        (None, None, Some(Yaml::Row(groups)), Some(Yaml::Row(verbs))) => {
            let words: Vec<&str> = groups.iter().chain(verbs).filter_map(text).collect();
            return Some(Cow::Owned(words.join(" ")));
        }
        _ => return None,
    };
    text(name).map(Cow::Borrowed)
}

fn text(value: &Yaml) -> Option<&str> {
    match value {
        Yaml::Text(text) => Some(text),
        _ => None,
    }
}

/// What an item without a name is called: whom it lets through, or what it is about.
pub(super) fn title(item: &Yaml) -> Option<String> {
    match item {
        Yaml::Map(map) => map.iter().find_map(|(key, value)| match (key, value) {
            ("app.kubernetes.io/name" | "kubernetes.io/metadata.name", Yaml::Text(text)) => Some(text.to_string()),
            ("cidr", _) => Some("outside".to_owned()),
            ("apiGroups", Yaml::Row(groups)) => {
                let group = groups.first().and_then(text).filter(|group| !group.is_empty());
                Some(group.unwrap_or("core").to_owned())
            }
            (_, value) => title(value),
        }),
        Yaml::List(items) | Yaml::Row(items) => items.iter().find_map(title),
        _ => None,
    }
}
