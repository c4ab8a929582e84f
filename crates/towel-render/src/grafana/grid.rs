//! Where panels stand: rows on Grafana's grid of 24 columns.

use serde_json::{Value, json};

use super::panel::Panel;

const COLUMNS: u32 = 24;

/// Panels under a heading, so many beside each other.
#[derive(Debug, Clone)]
pub(super) struct Row {
    title: String,
    across: u32,
    panels: Vec<Panel>,
}

impl Row {
    /// Up to `across` panels beside each other; a divisor of 24.
    pub(super) fn new(title: impl Into<String>, across: u32, panels: Vec<Panel>) -> Self {
        debug_assert!(COLUMNS.is_multiple_of(across), "{across} panels leave a gap on 24 columns");
        Self { title: title.into(), across, panels }
    }
}

/// All rows from top to bottom, with the headings of those that have panels.
pub(super) fn lay_out(rows: &[Row]) -> Vec<Value> {
    let mut grid = Grid { next: 1, top: 0, placed: Vec::new() };
    rows.iter().filter(|row| !row.panels.is_empty()).for_each(|row| grid.row(row));
    grid.placed
}

struct Grid {
    next: u32,
    top: u32,
    placed: Vec<Value>,
}

impl Grid {
    fn row(&mut self, row: &Row) {
        let id = self.id();
        let place = json!({ "h": 1, "w": COLUMNS, "x": 0, "y": self.top });
        self.placed.push(json!({
            "id": id, "type": "row", "title": row.title, "collapsed": false, "gridPos": place, "panels": [],
        }));
        self.top += 1;
        row.panels.chunks(row.across as usize).for_each(|line| self.line(line, row.across));
    }

    /// A last line with fewer panels is as wide as the others where that divides.
    fn line(&mut self, panels: &[Panel], across: u32) {
        let count = u32::try_from(panels.len()).unwrap_or(across);
        let width = if COLUMNS.is_multiple_of(count) { COLUMNS / count } else { COLUMNS / across };
        let height = panels.iter().map(Panel::height).max().unwrap_or(0);
        for (panel, column) in panels.iter().zip(0..) {
            let id = self.id();
            let place = json!({ "h": height, "w": width, "x": column * width, "y": self.top });
            self.placed.push(panel.json(id, &place));
        }
        self.top += height;
    }

    fn id(&mut self) -> u32 {
        let id = self.next;
        self.next += 1;
        id
    }
}
