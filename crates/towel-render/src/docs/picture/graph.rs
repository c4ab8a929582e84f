//! The product as a graph: addresses, clients, services and datastores, and who needs whom.

use std::collections::HashMap;

use towel_model::{Datastore, Service, Stack};

use crate::names;
use crate::server::Server;

/// What a box stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Runs on users' devices.
    Client,
    /// An address that the outside knows.
    Address,
    /// Runs code.
    Service,
    /// Keeps data.
    Datastore,
}

/// A box.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) shape: Shape,
    pub(super) name: String,
    /// Smaller lines below the name.
    pub(super) facts: Vec<String>,
    /// What it is for; may be cut.
    pub(super) about: Option<String>,
}

/// Boxes, and arrows from who needs to who is needed.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<(usize, usize)>,
}

/// The graph of one environment.
pub(super) fn graph(stack: &Stack) -> Graph {
    let mut building = Building::default();
    for service in &stack.services {
        building.add(&service.name, service_node(stack, service));
    }
    for datastore in &stack.datastores {
        building.add(&datastore.name, datastore_node(stack, datastore));
    }
    for service in &stack.services {
        building.address(stack, service);
        service.needs.iter().for_each(|need| building.connect(&service.name, need));
    }
    for client in &stack.clients {
        let facts = vec![client.stack.to_string()];
        let about = client.description.as_ref().map(|about| about.to_string());
        building.add(&client.name, Node { shape: Shape::Client, name: client.name.to_string(), facts, about });
        client.needs.iter().for_each(|need| building.call(&client.name, need));
    }
    building.graph
}

#[derive(Default)]
struct Building {
    graph: Graph,
    places: HashMap<String, usize>,
    /// The address of a service that has one.
    doors: HashMap<String, usize>,
}

impl Building {
    fn add(&mut self, name: &str, node: Node) {
        self.places.insert(name.to_owned(), self.graph.nodes.len());
        self.graph.nodes.push(node);
    }

    fn connect(&mut self, from: &str, to: &str) {
        if let (Some(from), Some(to)) = (self.places.get(from), self.places.get(to)) {
            self.edge(*from, *to);
        }
    }

    fn edge(&mut self, from: usize, to: usize) {
        if from != to && !self.graph.edges.contains(&(from, to)) {
            self.graph.edges.push((from, to));
        }
    }

    /// A client calls a service by its address.
    fn call(&mut self, client: &str, service: &str) {
        let Some(from) = self.places.get(client).copied() else { return };
        if let Some(to) = self.doors.get(service).or_else(|| self.places.get(service)).copied() {
            self.edge(from, to);
        }
    }

    fn address(&mut self, stack: &Stack, service: &Service) {
        let (Some(expose), Some(to)) = (&service.expose, self.places.get(service.name.as_str()).copied()) else {
            return;
        };
        let host = names::in_environment(&expose.host, stack).unwrap_or_else(|| expose.host.text.clone());
        let path = expose.path.as_str();
        let name = if path == "/" { host } else { format!("{host}{path}") };
        let mut facts: Vec<String> = Vec::new();
        facts.extend(expose.websocket.then(|| "WebSocket".to_owned()));
        facts.extend(expose.sticky.then(|| "sticky".to_owned()));
        let facts = if facts.is_empty() { Vec::new() } else { vec![facts.join(", ")] };
        let from = self.graph.nodes.len();
        self.graph.nodes.push(Node { shape: Shape::Address, name, facts, about: None });
        self.doors.insert(service.name.to_string(), from);
        self.edge(from, to);
    }
}

fn service_node(_stack: &Stack, service: &Service) -> Node {
    let mut facts: Vec<String> = Vec::new();
    facts.extend(service.stack.as_ref().map(|stack| stack.to_string()));
    facts.extend(service.port.as_ref().map(|port| format!("port {}", port.value)));
    let replicas = service.replicas.value;
    facts.push(if replicas.min == replicas.max {
        format!("× {}", replicas.min)
    } else {
        format!("× {}–{}", replicas.min, replicas.max)
    });
    let about = service.description.as_ref().map(|about| about.to_string());
    Node { shape: Shape::Service, name: service.name.to_string(), facts: vec![facts.join(" · ")], about }
}

fn datastore_node(stack: &Stack, datastore: &Datastore) -> Node {
    let server = Server::of(datastore, stack);
    let version = datastore.version.as_ref().map_or_else(String::new, |version| format!(" {}", version.value));
    let mut first = vec![format!("{}{version}", super::super::words::kind(*datastore.kind))];
    if datastore.replicas.value > 1 {
        first.push(format!("× {}", datastore.replicas.value));
    }
    if super::super::words::is_managed(datastore, stack) {
        first.push("AWS".to_owned());
    } else {
        first.push(format!("port {}", server.port));
    }
    let backup =
        datastore.backup.as_ref().map(|backup| format!("backup every {}", super::super::words::time(*backup.every)));
    let facts = std::iter::once(first.join(" · ")).chain(backup).collect();
    Node { shape: Shape::Datastore, name: datastore.name.to_string(), facts, about: None }
}
