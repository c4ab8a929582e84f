//! What every import has to keep: the text passes all rules, and no key is lost silently.

use std::collections::BTreeSet;

use towel_import::{Draft, Folder, Imported, Input, Item, import, write};
use towel_source::{Colour, Diagnostic, Node, Sources, Span, Value, human, parse};

/// Imports files that lie in the folder `shop`.
#[track_caller]
pub(crate) fn imported(files: &[(&str, &str)], from: &[&str]) -> Imported {
    try_import(files, from).unwrap_or_else(|found| panic!("{found}"))
}

/// The same, or what was complained of.
pub(crate) fn try_import(files: &[(&str, &str)], from: &[&str]) -> Result<Imported, String> {
    let text = |name: &str| files.iter().find(|(path, _)| *path == name).unwrap().1.to_owned();
    let inputs: Vec<Input> = from.iter().map(|name| Input { name: (*name).to_owned(), text: text(name) }).collect();
    import(&inputs, &Folder::new(files.iter().copied()), "shop")
        .map_err(|unreadable| human(&unreadable.diagnostics, &unreadable.sources, Colour::None))
}

/// The text of a draft, which must pass all rules without an error.
#[track_caller]
pub(crate) fn sound(draft: &Draft) -> String {
    let text = write(draft);
    let mut sources = Sources::new();
    let file = sources.add("towel.yaml", text.clone());
    let reading = towel_model::read(&sources, file);
    let mut found = reading.diagnostics;
    if let Some(model) = &reading.model {
        let stacks: Vec<_> = model.environments().iter().filter_map(|it| model.stack(&it.name).0).collect();
        found.extend(towel_check::check_all(&stacks));
    }
    let errors: Vec<Diagnostic> = found.into_iter().filter(Diagnostic::is_error).collect();
    assert!(errors.is_empty(), "{}\n{text}", human(&errors, &sources, Colour::None));
    text
}

/// What is told of a key: `approximated` or `left_out` with its line.
pub(crate) fn told<'a>(imported: &'a Imported, key: &str) -> &'a Item {
    let found = imported.account.items.iter().find(|item| item.key == key);
    found.unwrap_or_else(|| panic!("nothing is told of `{key}`: {:#?}", keys(imported)))
}

/// All keys that are told of.
pub(crate) fn keys(imported: &Imported) -> Vec<String> {
    let one = |item: &Item| format!("{} {} {}", item.line.unwrap_or(0), item.key, item.why);
    imported.account.items.iter().map(one).collect()
}

/// Proves that no key of a file is dropped: each value is told of, or the new file changes when it changes. The one
/// exception is a `condition` that means what towel does anyway; then another one is told of.
#[track_caller]
pub(crate) fn nothing_is_lost(files: &[(&str, &str)], from: &str) {
    let before = imported(files, &[from]);
    let text = sound(&before.draft);
    let source = files.iter().find(|(path, _)| *path == from).unwrap().1;
    let mut sources = Sources::new();
    let id = sources.add(from, source);
    let root = parse(sources.get(id).unwrap()).0.unwrap();
    let mut leaves = Vec::new();
    walk(&root, root.span, &mut Vec::new(), &mut leaves);
    let told: BTreeSet<&str> = before.account.items.iter().map(|item| item.key.as_str()).collect();
    let mut silent = Vec::new();
    let mut tried = BTreeSet::new();
    for (path, span) in leaves {
        let covered = (1..=path.len()).any(|length| told.contains(shown(&path[..length]).as_str()));
        if covered || !tried.insert((span.start, span.end)) {
            continue;
        }
        let written = &source[span.start as usize..span.end as usize];
        let changes = candidates(written).into_iter().any(|other| {
            let changed = format!("{}{other}{}", &source[..span.start as usize], &source[span.end as usize..]);
            let files: Vec<(&str, &str)> = files
                .iter()
                .map(|(path, text)| (*path, if *path == from { changed.as_str() } else { *text }))
                .collect();
            match try_import(&files, &[from]) {
                Ok(after) if path.last().is_some_and(|key| key == "condition") => keys(&after) != keys(&before),
                Ok(after) => write(&after.draft) != text,
                Err(_) => false,
            }
        });
        if !changes {
            silent.push(format!("{} = {written}", shown(&path)));
        }
    }
    assert!(silent.is_empty(), "neither told of nor in the new file:\n{}\n---\n{text}", silent.join("\n"));
}

/// Other values for a written one, so that it stays of its kind.
fn candidates(written: &str) -> Vec<String> {
    let digit = written.rfind(|letter: char| letter.is_ascii_digit());
    let counted = digit.map(|at| {
        let next = if &written[at..=at] == "7" { "8" } else { "7" };
        format!("{}{next}{}", &written[..at], &written[at + 1..])
    });
    let quoted = written.strip_suffix(['"', '\'']).map(|inner| format!("{inner}x{}", &written[inner.len()..]));
    let other = [format!("{written}x"), "other".to_owned(), "/other".to_owned(), "false".to_owned(), "true".to_owned()];
    counted.into_iter().chain(quoted).chain(other).collect()
}

fn walk(node: &Node, at: Span, path: &mut Vec<String>, leaves: &mut Vec<(Vec<String>, Span)>) {
    let children: Vec<(String, Span, &Node)> = match &node.value {
        Value::Sequence(items) => {
            items.iter().enumerate().map(|(number, item)| (format!("[{number}]"), item.span, item)).collect()
        }
        Value::Mapping(mapping) => {
            mapping.entries().iter().map(|entry| (entry.key.value.clone(), entry.value.span, &entry.value)).collect()
        }
        _ => Vec::new(),
    };
    if children.is_empty() {
        leaves.push((path.clone(), at));
    }
    for (key, at, child) in children {
        path.push(key);
        walk(child, at, path, leaves);
        path.pop();
    }
}

fn shown(path: &[String]) -> String {
    let mut text = String::new();
    for key in path {
        match key {
            _ if key.starts_with('[') => {}
            _ if text.is_empty() => {}
            _ => text.push('.'),
        }
        if key.contains('.') { text.push_str(&format!("\"{key}\"")) } else { text.push_str(key) }
    }
    text
}
