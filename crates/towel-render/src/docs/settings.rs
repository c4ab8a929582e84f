//! What is set, side by side where environments differ.

use super::markdown::Page;

/// What is set under one heading in one environment.
#[derive(Debug, Default)]
pub(super) struct Section {
    heading: &'static str,
    rows: Vec<(String, String)>,
}

impl Section {
    pub(super) fn new(heading: &'static str) -> Self {
        Self { heading, rows: Vec::new() }
    }

    /// A setting; nothing when it is not set.
    pub(super) fn set(&mut self, name: impl Into<String>, value: impl Into<Option<String>>) {
        if let Some(value) = value.into().filter(|value| !value.is_empty()) {
            self.rows.push((name.into(), value));
        }
    }

    fn value(&self, name: &str) -> String {
        self.rows.iter().find(|(it, _)| it == name).map_or_else(String::new, |(_, value)| value.clone())
    }
}

/// The sections of all environments, merged: `sections` gives those of each, in the same order everywhere.
pub(super) fn write(page: &mut Page, environments: &[&str], sections: &[Vec<Section>]) {
    merge(page, environments, sections, Page::heading);
}

/// The same below a heading that stands already.
pub(super) fn write_below(page: &mut Page, environments: &[&str], sections: &[Vec<Section>]) {
    merge(page, environments, sections, |_, _| {});
}

fn merge(page: &mut Page, environments: &[&str], sections: &[Vec<Section>], head: impl Fn(&mut Page, &str)) {
    let count = sections.iter().map(Vec::len).max().unwrap_or(0);
    for place in 0..count {
        let of: Vec<&Section> = sections.iter().filter_map(|sections| sections.get(place)).collect();
        let names = names(&of);
        if names.is_empty() {
            continue;
        }
        head(page, of.first().map_or("", |section| section.heading));
        let rows: Vec<Vec<String>> =
            names.iter().map(|name| of.iter().map(|section| section.value(name)).collect()).collect();
        table(page, environments, &names, &rows);
    }
}

/// What is alike everywhere first, then what differs.
fn table(page: &mut Page, environments: &[&str], names: &[String], rows: &[Vec<String>]) {
    let (mut alike, mut apart) = (Vec::new(), Vec::new());
    for (name, row) in names.iter().zip(rows) {
        let named = std::iter::once(name.clone());
        if row.iter().all(|value| Some(value) == row.first()) {
            alike.push(named.chain(row.iter().take(1).cloned()).collect());
        } else {
            apart.push(named.chain(row.iter().cloned()).collect());
        }
    }
    let everywhere = if apart.is_empty() { "" } else { "everywhere" };
    page.table(&["", everywhere], &alike);
    let heads: Vec<&str> = std::iter::once("").chain(environments.iter().copied()).collect();
    page.table(&heads, &apart);
}

/// Each name once, in the order in which it is met.
fn names(sections: &[&Section]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (name, _) in sections.iter().flat_map(|section| &section.rows) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}
