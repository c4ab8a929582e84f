//! Where everything stands, in pixels: boxes in columns, arrows around them.

use super::graph::{Graph, Shape};
use super::layers::layers;
use super::order::{Columns, order};
use super::width::{bold_width, width, wrap};

pub(super) const NAME: f64 = 14.0;
pub(super) const FACT: f64 = 11.5;
/// From one line's foot to the next one's.
pub(super) const LINE: f64 = 16.0;
/// Between a box's edge and its text.
pub(super) const PADDING: f64 = 12.0;

const NARROWEST: f64 = 130.0;
const WIDEST: f64 = 300.0;
/// Between columns, where arrows run.
const GAP: f64 = 72.0;
/// Between boxes of a column.
const APART: f64 = 22.0;
/// What an arrow on its way takes of a column.
const LANE: f64 = 14.0;

/// A box with its place and its text in lines.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) node: usize,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) name: String,
    pub(super) lines: Vec<String>,
}

/// A picture, from its upper left corner.
#[derive(Debug)]
pub(super) struct Arrangement {
    pub(super) boxes: Vec<Placed>,
    /// For each arrow the points that it runs through; between an odd one and the next, it crosses a column.
    pub(super) arrows: Vec<Vec<(f64, f64)>>,
    /// Left edge and width of each column, and what stands in it.
    pub(super) columns: Vec<(f64, f64, Shape)>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Arranges the boxes.
pub(super) fn arrange(graph: &Graph) -> Arrangement {
    let layers = layers(graph);
    let columns = order(graph, &layers);
    let mut texts: Vec<Placed> = (0..graph.nodes.len()).map(|node| text(graph, node)).collect();
    let edges = edges(&columns, &mut texts);
    let heights: Vec<f64> =
        columns.slots.iter().map(|slot| slot.node.map_or(LANE, |node| texts[node].height)).collect();
    let centres = centres(&columns, &heights);
    for (slot, centre) in columns.slots.iter().zip(&centres) {
        if let Some(node) = slot.node {
            texts[node].x = edges[slot.column].0;
            texts[node].y = centre - texts[node].height / 2.0;
        }
    }
    let arrows = arrows(&columns, &texts, &edges, &centres);
    let bottom =
        columns.slots.iter().enumerate().map(|(slot, _)| centres[slot] + heights[slot] / 2.0).fold(0.0, f64::max);
    let right = edges.last().map_or(0.0, |(x, width)| x + width);
    let shapes = columns.columns.iter().map(|column| column.iter().find_map(|slot| columns.slots[*slot].node));
    let shapes = shapes.map(|node| node.map_or(Shape::Service, |node| graph.nodes[node].shape));
    let columns = edges.iter().zip(shapes).map(|((x, width), shape)| (*x, *width, shape)).collect();
    Arrangement { boxes: texts, arrows, columns, width: right, height: bottom }
}

/// A box's text, and the room that it needs.
fn text(graph: &Graph, node: usize) -> Placed {
    let it = &graph.nodes[node];
    let room = WIDEST - 2.0 * PADDING;
    let name = if bold_width(&it.name, NAME) <= room {
        it.name.clone()
    } else {
        super::width::cut(&it.name, NAME * 1.12, room)
    };
    let mut lines: Vec<String> = it.facts.iter().flat_map(|fact| wrap(fact, FACT, room, 2)).collect();
    let so_far = lines.iter().map(|line| width(line, FACT)).fold(bold_width(&name, NAME), f64::max);
    if let Some(about) = &it.about {
        lines.extend(wrap(about, FACT, so_far.max(NARROWEST + 60.0).min(room), 2));
    }
    let widest = lines.iter().map(|line| width(line, FACT)).fold(bold_width(&name, NAME), f64::max);
    let lid = if it.shape == Shape::Datastore { 8.0 } else { 0.0 };
    let height = 2.0 * PADDING + LINE * (lines.len() as f64) + NAME + lid;
    Placed { node, x: 0.0, y: 0.0, width: (widest + 2.0 * PADDING).max(NARROWEST), height, name, lines }
}

/// Left edge and width of each column; all its boxes get that width.
fn edges(columns: &Columns, texts: &mut [Placed]) -> Vec<(f64, f64)> {
    let mut edges = Vec::new();
    let mut x = 0.0;
    for column in &columns.columns {
        let nodes: Vec<usize> = column.iter().filter_map(|slot| columns.slots[*slot].node).collect();
        let widest = nodes.iter().map(|node| texts[*node].width).fold(NARROWEST, f64::max).ceil();
        nodes.iter().for_each(|node| texts[*node].width = widest);
        edges.push((x, widest));
        // Many arrows need more room to turn.
        let arrows: usize = column.iter().map(|slot| columns.slots[*slot].after.len()).sum();
        x += widest + GAP + (arrows as f64 * 2.0).min(60.0);
    }
    edges
}

/// The middle of each slot: near those that it is joined to, in the order that was found, without touching.
fn centres(columns: &Columns, heights: &[f64]) -> Vec<f64> {
    let mut centres = vec![0.0; columns.slots.len()];
    for column in &columns.columns {
        let mut y = 0.0;
        for slot in column {
            centres[*slot] = y + heights[*slot] / 2.0;
            y += heights[*slot] + APART;
        }
    }
    for sweep in 0..24 {
        let count = columns.columns.len();
        for step in 0..count {
            let column = if sweep % 2 == 0 { step } else { count - 1 - step };
            settle(columns, &columns.columns[column], heights, &mut centres);
        }
    }
    close_up(columns, heights, &mut centres);
    let top = (0..centres.len()).map(|slot| centres[slot] - heights[slot] / 2.0).fold(f64::INFINITY, f64::min);
    let top = if top.is_finite() { top } else { 0.0 };
    centres.iter().map(|centre| centre - top).collect()
}

/// Nothing pulls parts towards each other that are not connected: each is moved up as far as those above it allow.
fn close_up(columns: &Columns, heights: &[f64], centres: &mut [f64]) {
    let parts = parts(columns);
    let top = |slot: usize, centres: &[f64]| centres[slot] - heights[slot] / 2.0;
    let mut order: Vec<(usize, f64)> = Vec::new();
    for (slot, part) in parts.iter().enumerate() {
        let y = top(slot, centres);
        match order.iter_mut().find(|(known, _)| known == part) {
            Some((_, least)) => *least = least.min(y),
            None => order.push((*part, y)),
        }
    }
    order.sort_by(|one, other| one.1.total_cmp(&other.1));
    for (part, _) in order.into_iter().skip(1) {
        let mut room = f64::INFINITY;
        for column in &columns.columns {
            for pair in column.windows(2) {
                if parts[pair[1]] == part && parts[pair[0]] != part {
                    let above = centres[pair[0]] + heights[pair[0]] / 2.0;
                    room = room.min(top(pair[1], centres) - above - APART);
                }
            }
        }
        let highest = (0..centres.len()).filter(|slot| parts[*slot] != part).map(|slot| top(slot, centres));
        let own = (0..centres.len()).filter(|slot| parts[*slot] == part).map(|slot| top(slot, centres));
        let room = room.min(own.fold(f64::INFINITY, f64::min) - highest.fold(f64::INFINITY, f64::min));
        if room.is_finite() && room > 0.0 {
            (0..centres.len()).filter(|slot| parts[*slot] == part).for_each(|slot| centres[slot] -= room);
        }
    }
}

/// For each slot the first one that it is connected to, over any number of arrows.
fn parts(columns: &Columns) -> Vec<usize> {
    let mut parts = vec![usize::MAX; columns.slots.len()];
    for start in 0..columns.slots.len() {
        let mut open = vec![start];
        while let Some(slot) = open.pop() {
            if parts[slot] == usize::MAX {
                parts[slot] = start;
                open.extend(columns.slots[slot].before.iter().chain(&columns.slots[slot].after));
            }
        }
    }
    parts
}

/// Moves the slots of one column to the mean of their neighbours, as far as their order and heights allow: least squares
/// under an order, by pooling neighbours that would overlap.
fn settle(columns: &Columns, column: &[usize], heights: &[f64], centres: &mut [f64]) {
    let mut offset = 0.0;
    let mut offsets = Vec::with_capacity(column.len());
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (place, slot) in column.iter().enumerate() {
        if place > 0 {
            let above = column[place - 1];
            let both_lanes = columns.slots[above].node.is_none() && columns.slots[*slot].node.is_none();
            let apart = if both_lanes { 2.0 } else { APART };
            offset += (heights[above] + heights[*slot]) / 2.0 + apart;
        }
        offsets.push(offset);
        let joined = columns.slots[*slot].before.iter().chain(&columns.slots[*slot].after);
        let (sum, count) = joined.fold((0.0, 0.0), |(sum, count), other| (sum + centres[*other], count + 1.0));
        let wish = if count > 0.0 { sum / count } else { centres[*slot] };
        // Arrows that run straight please more than boxes in the middle.
        let weight = if columns.slots[*slot].node.is_none() { 3.0 } else { 1.0 };
        pools.push((wish - offset, weight, 1));
        while let [.., above, below] = pools.as_slice()
            && above.0 > below.0
        {
            let weight = above.1 + below.1;
            let merged = ((above.0 * above.1 + below.0 * below.1) / weight, weight, above.2 + below.2);
            pools.truncate(pools.len() - 2);
            pools.push(merged);
        }
    }
    let settled = pools.iter().flat_map(|(place, _, count)| std::iter::repeat_n(*place, *count));
    for ((slot, offset), place) in column.iter().zip(offsets).zip(settled) {
        centres[*slot] = place + offset;
    }
}

fn arrows(columns: &Columns, texts: &[Placed], edges: &[(f64, f64)], centres: &[f64]) -> Vec<Vec<(f64, f64)>> {
    let ports = |slot: usize, next: usize, leaving: bool| {
        let Some(node) = columns.slots[slot].node else { return centres[slot] };
        let joined = if leaving { &columns.slots[slot].after } else { &columns.slots[slot].before };
        let mut sorted: Vec<usize> = joined.clone();
        sorted.sort_by(|one, other| centres[*one].total_cmp(&centres[*other]));
        let place = sorted.iter().position(|other| *other == next).unwrap_or(0);
        let spread = ((texts[node].height - 20.0) / sorted.len() as f64).min(14.0);
        centres[slot] + (place as f64 - (sorted.len() as f64 - 1.0) / 2.0) * spread
    };
    let route = |route: &Vec<usize>| {
        let mut points = Vec::new();
        for pair in route.windows(2) {
            let (from, to) = (&columns.slots[pair[0]], &columns.slots[pair[1]]);
            let (left, width) = edges[from.column];
            points.push((left + width, ports(pair[0], pair[1], true)));
            points.push((edges[to.column].0, ports(pair[1], pair[0], false)));
        }
        points
    };
    columns.routes.iter().map(route).collect()
}
