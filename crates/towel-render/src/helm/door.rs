//! The front door of each environment: by which API services are exposed, and whose pods may call them.

use std::borrow::Cow;

use towel_check::CheckedStack;
use towel_model::IngressApi;

use super::align::{Aligned, Thing};
use super::draft::{Draft, find};
use super::hole::Form;
use super::setting::Setting;
use super::value::{Leaf, Node, Section, Shape};
use crate::yaml::{Map, Yaml};

/// The condition of what only Gateway API asks for.
pub(super) const BY_GATEWAY: &str = "eq .Values.frontDoor.api \"gateway\"";
const BY_INGRESS: &str = "eq .Values.frontDoor.api \"ingress\"";
const PEERS: &str = ".Values.frontDoor.peers";

/// The front doors of all environments.
pub(super) struct Door {
    apis: Vec<Option<IngressApi>>,
    /// Whose pods may call what is exposed.
    peers: Vec<Option<Yaml>>,
}

impl Door {
    /// Finds what policies say about the pods of each environment's front door.
    pub(super) fn of(stacks: &[&CheckedStack], parts: &mut [Aligned<'_>]) -> Self {
        let doors = || stacks.iter().map(|stack| stack.environment.ingress.as_ref());
        let namespaces: Vec<Option<&str>> = doors().map(|door| Some(door?.namespace.as_str())).collect();
        let mut peers: Vec<Option<Yaml>> = vec![None; stacks.len()];
        let things = parts.iter_mut().flat_map(|aligned| &mut aligned.things);
        for thing in things.filter(|thing| thing.kind == "NetworkPolicy") {
            for ((tree, namespace), peers) in thing.trees.iter_mut().zip(&namespaces).zip(&mut peers) {
                let (Some(tree), Some(namespace), None) = (tree.as_mut(), namespace, &peers) else { continue };
                *peers = callers(tree).find(|from| begins_with(from, namespace)).map(|from| from.clone());
            }
        }
        Self { apis: doors().map(|door| Some(*door?.api)).collect(), peers }
    }

    /// Names the pods of the front door by their value.
    pub(super) fn mark(&self, thing: &mut Thing, draft: &mut Draft) {
        if thing.kind != "NetworkPolicy" {
            return;
        }
        let mark = draft.holes.mark(Form::Block, PEERS, "frontDoor");
        for (environment, (tree, peers)) in thing.trees.iter_mut().zip(&self.peers).enumerate() {
            let (Some(tree), Some(peers)) = (tree.as_mut(), peers) else { continue };
            for from in callers(tree).filter(|from| *from == peers) {
                *from = Yaml::from(mark.clone());
                draft.holes.remember(&mark, environment, peers);
            }
        }
    }

    /// The condition under which an object of a front door is there, when it is the API of the environment.
    pub(super) fn condition(&self, thing: &Thing, there: &[Option<bool>]) -> Option<&'static str> {
        let (api, condition) = match thing.kind {
            "Ingress" => (IngressApi::Ingress, BY_INGRESS),
            "HTTPRoute" | "Gateway" => (IngressApi::Gateway, BY_GATEWAY),
            "NetworkPolicy" if thing.name.ends_with(".gateway") => (IngressApi::Gateway, BY_GATEWAY),
            _ => return None,
        };
        self.decides(api, there).then_some(condition)
    }

    /// Whether what is `present` is there exactly where the front door is by Gateway API.
    pub(super) fn is_by_gateway(&self, present: &[bool]) -> bool {
        let there: Vec<Option<bool>> = present.iter().copied().map(Some).collect();
        self.decides(IngressApi::Gateway, &there)
    }

    /// Where the front door is by Gateway API.
    pub(super) fn by_gateway(&self) -> Vec<bool> {
        self.apis.iter().map(|api| *api == Some(IngressApi::Gateway)).collect()
    }

    fn decides(&self, api: IngressApi, there: &[Option<bool>]) -> bool {
        self.apis.iter().zip(there).all(|(own, there)| there.is_none_or(|it| it == (*own == Some(api))))
    }

    /// Adds its values, where there is something to say.
    pub(super) fn add_to(&self, values: &mut Section) {
        let mut section =
            Section { comment: Some(Cow::Borrowed("How the outside reaches services.")), ..Section::default() };
        let mut put = |name: &str, settings: Vec<Setting>, about: &str| {
            if settings.iter().any(|it| it.value().is_some()) {
                let leaf = Leaf { settings, shape: Shape::Any, about: about.to_owned() };
                section.entries.push((name.to_owned(), Node::Leaf(leaf)));
            }
        };
        let word = |api: &Option<IngressApi>| match api {
            None => Setting::Unused,
            Some(IngressApi::Gateway) => Setting::Is(Yaml::text("gateway")),
            Some(IngressApi::Ingress) => Setting::Is(Yaml::text("ingress")),
        };
        if self.apis.windows(2).any(|pair| pair.first() != pair.last()) {
            put("api", self.apis.iter().map(word).collect(), "By Gateway API (`gateway`) or by Ingress (`ingress`)");
        }
        let peers = |peers: &Option<Yaml>| peers.clone().map_or(Setting::Unused, Setting::Is);
        put("peers", self.peers.iter().map(peers).collect(), "Whose pods may call what is exposed");
        if !section.entries.is_empty() {
            values.attach(&["frontDoor".to_owned()], section);
        }
    }
}

/// The lists of those who may call.
fn callers(policy: &mut Map) -> impl Iterator<Item = &mut Yaml> {
    let rules = match find(policy, &["spec", "ingress"]) {
        Some(Yaml::List(rules)) => rules.as_mut_slice(),
        _ => &mut [],
    };
    rules.iter_mut().filter_map(|rule| match rule {
        Yaml::Map(rule) => rule.get_mut("from"),
        _ => None,
    })
}

/// Whether the first caller is a namespace of this name.
fn begins_with(from: &Yaml, namespace: &str) -> bool {
    let Yaml::List(peers) = from else { return false };
    let Some(Yaml::Map(peer)) = peers.first() else { return false };
    let labels = peer.get("namespaceSelector").and_then(|selector| match selector {
        Yaml::Map(selector) => selector.get("matchLabels"),
        _ => None,
    });
    let Some(Yaml::Map(labels)) = labels else { return false };
    matches!(labels.get("kubernetes.io/metadata.name"), Some(Yaml::Text(name)) if name == namespace)
}
