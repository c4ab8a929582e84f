//! Which column a box stands in: what is needed stands to the right of who needs it.

use super::graph::{Graph, Shape};

/// The column of each box, from left to right without gaps.
pub(super) fn layers(graph: &Graph) -> Vec<usize> {
    let outgoing = outgoing(graph);
    let mut depths = vec![None; graph.nodes.len()];
    for node in 0..graph.nodes.len() {
        if matches!(graph.nodes[node].shape, Shape::Service | Shape::Datastore) {
            depth(node, graph, &outgoing, &mut depths);
        }
    }
    let inside = depths.iter().flatten().max().copied().unwrap_or(0);
    // All addresses in one column, and clients before them, however near what they lead to is.
    let addresses = graph.nodes.iter().any(|node| node.shape == Shape::Address);
    let deepest = |node: usize| match graph.nodes[node].shape {
        Shape::Service | Shape::Datastore => depths[node].unwrap_or(0),
        Shape::Address => inside + 1,
        Shape::Client => inside + 1 + usize::from(addresses),
    };
    let all: Vec<usize> = (0..graph.nodes.len()).map(deepest).collect();
    close_gaps(&all)
}

fn outgoing(graph: &Graph) -> Vec<Vec<usize>> {
    let mut outgoing = vec![Vec::new(); graph.nodes.len()];
    graph.edges.iter().for_each(|(from, to)| outgoing[*from].push(*to));
    outgoing
}

/// Columns from the right: a datastore is at 0, a service beyond all that it needs.
fn depth(node: usize, graph: &Graph, outgoing: &[Vec<usize>], depths: &mut Vec<Option<usize>>) -> usize {
    if let Some(depth) = depths[node] {
        return depth;
    }
    if graph.nodes[node].shape == Shape::Datastore {
        depths[node] = Some(0);
        return 0;
    }
    // In a circle, the first one that is met counts as the nearest.
    depths[node] = Some(1);
    let needed = outgoing[node].iter().map(|next| self::depth(*next, graph, outgoing, depths)).max();
    let depth = needed.unwrap_or(0) + 1;
    depths[node] = Some(depth);
    depth
}

fn close_gaps(depths: &[usize]) -> Vec<usize> {
    let mut used: Vec<usize> = depths.to_vec();
    used.sort_unstable_by(|one, other| other.cmp(one));
    used.dedup();
    let column = |depth: &usize| used.iter().position(|it| it == depth).unwrap_or(0);
    depths.iter().map(column).collect()
}
