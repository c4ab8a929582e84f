//! What `towel init` says to people.

use std::fmt::Write;

use super::shape::{Answer, Key, Part};
use super::verdict::Verdict;

/// What came of it, and what to do next.
pub(super) fn report(answer: &Answer, cut: bool, verdict: &Verdict) -> String {
    let mut text = String::new();
    if answer.from.is_empty() {
        looked(answer, cut, &mut text);
    } else {
        converted(answer, &mut text);
    }
    if !verdict.shown.is_empty() {
        line(
            &mut text,
            &format!("\nthis is a bug in towel: what it made does not pass its own rules\n{}", verdict.shown),
        );
    }
    next(answer, &mut text);
    text
}

fn line(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

fn looked(answer: &Answer, cut: bool, text: &mut String) {
    let rest = if cut { ", which is not all: there are more, or deeper ones" } else { "" };
    line(text, &format!("looked at {}{rest}", counted(answer.files, "file")));
    parts(&answer.parts, text);
    if !answer.unclear.is_empty() {
        line(text, "\nworth a look");
        for note in &answer.unclear {
            line(text, &format!("  {}", note.place));
            line(text, &format!("      {}", note.what));
            line(text, &format!("      → {}", note.advice));
        }
    }
}

/// Each part on a line, what tells of it below.
fn parts(all: &[Part], text: &mut String) {
    let (libraries, all): (Vec<&Part>, Vec<&Part>) = all.iter().partition(|part| part.role == "library");
    let width = |column: fn(&Part) -> &str| all.iter().map(|part| column(part).len()).max().unwrap_or(0);
    let (name, what) = (width(|part| &part.name), width(what));
    if !all.is_empty() {
        line(text, "\nfound");
    }
    for part in &all {
        let folder = part.folder.as_deref().unwrap_or_default();
        line(text, &format!("  {:<9}  {:<name$}  {:<what$}  {folder}", part.role, part.name, self::what(part)));
        for evidence in &part.evidence {
            line(text, &format!("      {evidence}"));
        }
    }
    if !libraries.is_empty() {
        let folders: Vec<&str> = libraries.iter().filter_map(|part| part.folder.as_deref()).collect();
        line(text, &format!("  nothing that runs in {}", folders.join(", ")));
    }
}

fn what(part: &Part) -> &str {
    part.what.as_deref().unwrap_or("-")
}

fn converted(answer: &Answer, text: &mut String) {
    for origin in &answer.from {
        line(text, &format!("read {}, {}", origin.file, described(origin.format)));
    }
    parts(&answer.parts, text);
    let of = |fate: &str| -> Vec<&Key> { answer.keys.iter().filter(|key| key.fate == fate).collect() };
    let (approximated, left_out) = (of("approximated"), of("left_out"));
    keys("not quite the same", &approximated, text);
    keys("left out", &left_out, text);
    line(
        text,
        &format!(
            "\n{} came over as they were, {} not quite, {} not at all",
            counted(answer.converted, "value"),
            counted(approximated.len(), "key"),
            counted(left_out.len(), "key")
        ),
    );
}

fn described(format: &str) -> &str {
    match format {
        "compose" => "a compose file",
        "score" => "a Score file",
        "kamal" => "a Kamal deploy file",
        "render" => "a Render blueprint",
        other => other,
    }
}

/// Each reason once, with the keys that it holds for.
fn keys(title: &str, all: &[&Key], text: &mut String) {
    if all.is_empty() {
        return;
    }
    line(text, &format!("\n{title}"));
    let mut reasons: Vec<&str> = Vec::new();
    for key in all {
        if !reasons.contains(&key.why.as_str()) {
            reasons.push(&key.why);
        }
    }
    for reason in reasons {
        line(text, &format!("  {reason}"));
        for key in all.iter().filter(|key| key.why == reason && !key.key.is_empty()) {
            let place = key.line.map_or_else(|| key.file.clone(), |line| format!("{}:{line}", key.file));
            line(text, &format!("      {place}  {}", key.key));
        }
    }
}

fn next(answer: &Answer, text: &mut String) {
    let file = &answer.file;
    let checked = match (answer.errors, answer.warnings) {
        (0, 0) => "`towel check` finds no fault in it".to_owned(),
        (0, warnings) => format!("`towel check` finds no error and {} in it", counted(warnings, "warning")),
        (errors, _) => format!("`towel check` finds {} in it", counted(errors, "error")),
    };
    let verb = if answer.written { "wrote" } else { "would write" };
    line(text, &format!("\n{verb} {file}; {checked}\n\nnext"));
    let mut number = 0;
    let mut step = |what: &str| {
        number += 1;
        writeln!(text, "  {number}. {what}").expect("writing to a String cannot fail");
    };
    if !answer.written {
        step("run it again without `--dry-run`");
    }
    step(&format!("read {file}: the comment beside each guess says where it came from"));
    if !answer.secrets.is_empty() {
        step(&format!("put {} into `.env` beside it, as NAME=value", answer.secrets.join(", ")));
    }
    let other = if file == "towel.yaml" { String::new() } else { format!(" --file {file}") };
    step(&format!("`towel{other} check` while you edit, `towel{other} up` to run it here"));
}

/// `1 file`, `2 files`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
