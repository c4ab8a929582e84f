//! The order of boxes in their columns, so that few arrows cross.

use super::graph::Graph;

/// A place in a column: a box, or where an arrow passes on its way to a farther column.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) node: Option<usize>,
    pub(super) column: usize,
    pub(super) before: Vec<usize>,
    pub(super) after: Vec<usize>,
}

/// Columns of slots, and for each arrow the slots that it runs through.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) slots: Vec<Slot>,
    pub(super) columns: Vec<Vec<usize>>,
    pub(super) routes: Vec<Vec<usize>>,
}

/// Sweeps to and fro; more hardly change anything.
const SWEEPS: usize = 16;

/// Every box and every arrow's way, ordered.
pub(super) fn order(graph: &Graph, layers: &[usize]) -> Columns {
    let mut columns = slots(graph, layers);
    let mut best = (columns.crossings(), columns.columns.clone());
    for sweep in 0..SWEEPS {
        columns.sweep(sweep.is_multiple_of(2));
        let crossings = columns.crossings();
        if crossings < best.0 {
            best = (crossings, columns.columns.clone());
        }
    }
    columns.columns = best.1;
    columns
}

fn slots(graph: &Graph, layers: &[usize]) -> Columns {
    let count = layers.iter().max().map_or(0, |last| last + 1);
    let mut columns = Columns { slots: Vec::new(), columns: vec![Vec::new(); count], routes: Vec::new() };
    for (node, column) in layers.iter().enumerate() {
        columns.slot(Some(node), *column);
    }
    for &(from, to) in &graph.edges {
        // Within a circle an arrow may lead back; it is drawn from the left all the same.
        let (left, right) = if layers[from] <= layers[to] { (from, to) } else { (to, from) };
        let mut route = vec![left];
        for column in layers[left] + 1..layers[right] {
            route.push(columns.slot(None, column));
        }
        route.push(right);
        route.windows(2).for_each(|pair| columns.join(pair[0], pair[1]));
        columns.routes.push(route);
    }
    columns
}

impl Columns {
    fn slot(&mut self, node: Option<usize>, column: usize) -> usize {
        let slot = self.slots.len();
        self.slots.push(Slot { node, column, before: Vec::new(), after: Vec::new() });
        self.columns[column].push(slot);
        slot
    }

    fn join(&mut self, left: usize, right: usize) {
        self.slots[left].after.push(right);
        self.slots[right].before.push(left);
    }

    /// Each slot goes to the mean place of those that it is joined to.
    fn sweep(&mut self, rightwards: bool) {
        let count = self.columns.len();
        let order: Vec<usize> = if rightwards { (0..count).collect() } else { (0..count).rev().collect() };
        for column in order {
            let places = self.places();
            let wish = |slot: usize| {
                let joined = if rightwards { &self.slots[slot].before } else { &self.slots[slot].after };
                let sum: usize = joined.iter().map(|other| places[*other]).sum();
                if joined.is_empty() { None } else { Some(sum as f64 / joined.len() as f64) }
            };
            let mut wishes: Vec<(usize, f64)> =
                self.columns[column].iter().map(|slot| (*slot, wish(*slot).unwrap_or(places[*slot] as f64))).collect();
            wishes.sort_by(|one, other| one.1.total_cmp(&other.1));
            self.columns[column] = wishes.into_iter().map(|(slot, _)| slot).collect();
        }
    }

    /// The place of each slot in its column.
    fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.slots.len()];
        for column in &self.columns {
            column.iter().enumerate().for_each(|(place, slot)| places[*slot] = place);
        }
        places
    }

    fn crossings(&self) -> u64 {
        let places = self.places();
        let between = |column: &Vec<usize>| {
            let mut ends = Vec::new();
            for slot in column {
                let mut of: Vec<usize> = self.slots[*slot].after.iter().map(|next| places[*next]).collect();
                of.sort_unstable();
                ends.extend(of);
            }
            inversions(&mut ends)
        };
        self.columns.iter().map(between).sum()
    }
}

/// How many pairs stand in the wrong order; sorts them on the way.
fn inversions(numbers: &mut Vec<usize>) -> u64 {
    if numbers.len() < 2 {
        return 0;
    }
    let mut right = numbers.split_off(numbers.len() / 2);
    let mut count = inversions(numbers) + inversions(&mut right);
    let mut merged = Vec::with_capacity(numbers.len() + right.len());
    let (mut one, mut other) = (numbers.iter().peekable(), right.iter().peekable());
    while let (Some(left), Some(next)) = (one.peek(), other.peek()) {
        if left <= next {
            merged.extend(one.next().copied());
        } else {
            // It stands after all that are left of the first half, and belongs before them.
            count += one.len() as u64;
            merged.extend(other.next().copied());
        }
    }
    merged.extend(one.copied());
    merged.extend(other.copied());
    *numbers = merged;
    count
}
