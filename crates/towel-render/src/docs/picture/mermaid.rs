//! The picture for Mermaid, which GitHub and others draw themselves.

use towel_model::Stack;

use super::graph::{Graph, Node, Shape, graph};
use crate::file::origin;

/// The architecture of one environment.
pub(in crate::docs) fn mermaid(stack: &Stack) -> String {
    let graph = graph(stack);
    let mut out = origin("%%", "");
    out.push_str("flowchart LR\n");
    for (place, node) in graph.nodes.iter().enumerate() {
        out.push_str(&format!("  {}{}\n", identifier(place), boxed(node)));
    }
    if !graph.edges.is_empty() {
        out.push('\n');
    }
    for (from, to) in &graph.edges {
        out.push_str(&format!("  {} --> {}\n", identifier(*from), identifier(*to)));
    }
    classes(&graph, &mut out);
    out
}

/// A name that is a word to Mermaid in no place.
fn identifier(place: usize) -> String {
    format!("n{place}")
}

fn boxed(node: &Node) -> String {
    let name = escaped(&node.name);
    let facts: Vec<String> = node.facts.iter().map(|fact| escaped(fact)).collect();
    let text = if facts.is_empty() { name } else { format!("{name}<br/>{}", facts.join("<br/>")) };
    match node.shape {
        Shape::Client => format!("(\"{text}\")"),
        Shape::Address => format!("([\"{text}\"])"),
        Shape::Service => format!("[\"{text}\"]"),
        Shape::Datastore => format!("[(\"{text}\")]"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

fn classes(graph: &Graph, out: &mut String) {
    let kinds = [
        (Shape::Client, "client", "#bc4c00"),
        (Shape::Address, "address", "#0969da"),
        (Shape::Service, "service", "#59636e"),
        (Shape::Datastore, "datastore", "#8250df"),
    ];
    for (shape, class, stroke) in kinds {
        let places = (0..graph.nodes.len()).filter(|place| graph.nodes[*place].shape == shape);
        let members: Vec<String> = places.map(identifier).collect();
        if !members.is_empty() {
            out.push_str(&format!("\n  classDef {class} stroke:{stroke},stroke-width:2px\n"));
            out.push_str(&format!("  class {} {class}\n", members.join(",")));
        }
    }
}
