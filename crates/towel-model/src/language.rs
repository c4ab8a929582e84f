//! The reference of the language as Markdown, made from the declarations of its keys.

use std::fmt::Write as _;

use crate::key::{Choice, Key, Kind, Table};
use crate::product::ProductKeys;
use crate::schema::paragraph;

/// Every mapping of the language with its keys: what they are for, what may stand there, what holds without them.
pub fn reference() -> String {
    let mut tables = Vec::new();
    collect(ProductKeys::TABLE, &mut tables);
    let mut text = String::from("# The keys of towel.yaml\n\n");
    text.push_str("Keys that begin with `x-` are free everywhere. Required keys are marked with *.\n");
    for table in tables {
        describe(table, &mut text);
    }
    text
}

/// The table and all that stand under it, each once, in the order in which they are met.
fn collect(table: &'static Table, tables: &mut Vec<&'static Table>) {
    if tables.iter().any(|known| known.name == table.name) {
        return;
    }
    tables.push(table);
    for key in table.keys {
        for inner in inner((key.kind)()) {
            collect(inner, tables);
        }
    }
}

/// The tables of which a value of this kind may consist.
fn inner(kind: Kind) -> Vec<&'static Table> {
    match kind {
        Kind::Table(table) => vec![table],
        Kind::List(item) => inner(*item),
        Kind::Map { value, .. } => inner(*value),
        Kind::Either(kinds) => kinds.into_iter().flat_map(inner).collect(),
        // It has been met where it is restated from.
        Kind::Restated(_) | Kind::Word(_) | Kind::Choice(_) => Vec::new(),
    }
}

fn describe(table: &Table, text: &mut String) {
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    line(format!("\n## {}\n\n{}\n", table.name, paragraph(table.doc)));
    line("| key | value | | default |\n|---|---|---|---|".to_owned());
    for key in table.keys {
        line(row(key));
    }
    for key in table.keys {
        if let Kind::Choice(choices) = (key.kind)() {
            line(format!("\n`{}` is {}", key.name, meanings(choices)));
        }
    }
}

fn row(key: &Key) -> String {
    let star = if key.required { "*" } else { "" };
    let default = key.default.unwrap_or_default();
    format!("| `{}`{star} | {} | {} | {default} |", key.name, value((key.kind)()), paragraph(key.doc))
}

/// What may stand there, in a table's cell.
fn value(kind: Kind) -> String {
    match kind {
        Kind::Word(about) if !about.examples.is_empty() => {
            let examples: Vec<String> = about.examples.iter().take(3).map(|example| format!("`{example}`")).collect();
            format!("{}: {}", about.article, examples.join(" "))
        }
        Kind::List(item) => format!("list of: {}", value(*item)),
        Kind::Map { key, value: inner } => format!("{} → {}", key.article, value(*inner)),
        Kind::Table(table) => format!("[{}](#{})", table.name, table.name.replace(' ', "-")),
        Kind::Restated(table) => format!("keys of a [{}](#{})", table.name, table.name.replace(' ', "-")),
        Kind::Either(kinds) => kinds.into_iter().map(value).collect::<Vec<_>>().join(", or "),
        Kind::Word(_) | Kind::Choice(_) => kind.expected(),
    }
}

fn meanings(choices: &[Choice]) -> String {
    let mut text = String::new();
    for choice in choices {
        let separator = if text.is_empty() { "" } else { " · " };
        write!(text, "{separator}`{}`: {}", choice.name, choice.doc).expect("writing to a String cannot fail");
    }
    text
}
