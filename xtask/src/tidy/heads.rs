//! Heads of files: one sentence on the job; and `lib.rs`, `mod.rs` with module lists and re-exports only.

use super::code::{blank, braces, line_of};
use super::findings::Finding;
use crate::repository::Text;

/// Files without their sentence, and lists of modules that hold more.
pub(super) fn check(texts: &[Text]) -> Vec<Finding> {
    let sources = texts.iter().filter(|text| text.path.ends_with(".rs"));
    sources.flat_map(|text| sentence(text).into_iter().chain(list_only(text))).collect()
}

fn sentence(text: &Text) -> Option<Finding> {
    let head: Vec<&str> = text.text.lines().map_while(|line| line.strip_prefix("//!")).collect();
    let paragraph: Vec<&str> = head.iter().map(|line| line.trim()).take_while(|line| !line.is_empty()).collect();
    let what = match paragraph.last() {
        None => "does not open with a `//!` sentence that says its job",
        Some(last) if !last.ends_with(['.', '!', '?']) => {
            "opens with something that is no sentence; end it with a full stop"
        }
        Some(_) => return None,
    };
    Some(Finding::error(&text.path, 1, what))
}

fn list_only(text: &Text) -> Vec<Finding> {
    let name = text.path.rsplit('/').next().unwrap_or_default();
    if name != "lib.rs" && name != "mod.rs" {
        return Vec::new();
    }
    let code = blank(&text.text);
    let what = "holds more than modules and re-exports; move it to a module named by what it is";
    items(&code)
        .into_iter()
        .filter(|(_, item)| !allowed(item))
        .map(|(at, _)| Finding::error(&text.path, line_of(&code, at), what))
        .collect()
}

/// The items of a file: each up to its `;`, or to the brace that closes it.
fn items(code: &str) -> Vec<(usize, &str)> {
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(skip) = code[at..].find(|c: char| !c.is_whitespace()) {
        let start = at + skip;
        at = if code[start..].starts_with('#') { attribute_end(code, start) } else { end(code, start) };
        if !code[start..].starts_with('#') {
            items.push((start, &code[start..at]));
        }
    }
    items
}

fn attribute_end(code: &str, start: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in code.bytes().enumerate().skip(start) {
        depth += i32::from(byte == b'[') - i32::from(byte == b']');
        if byte == b']' && depth == 0 {
            return at + 1;
        }
    }
    code.len()
}

fn end(code: &str, start: usize) -> usize {
    let is_use =
        allowed(&code[start..]) && code[start..].split(['{', ';']).next().is_some_and(|head| head.contains("use "));
    match code[start..].find(['{', ';']) {
        Some(found) if code.as_bytes()[start + found] == b'{' && !is_use => braces(code, start + found).end,
        Some(_) => code[start..].find(';').map_or(code.len(), |found| start + found + 1),
        None => code.len(),
    }
}

fn allowed(item: &str) -> bool {
    let visible = item.trim_start();
    let rest = match visible.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(')').map_or("", |(_, rest)| rest),
        Some(rest) => rest,
        None => visible,
    };
    let rest = rest.trim_start();
    (rest.starts_with("mod ") && !rest.split(';').next().unwrap_or_default().contains('{'))
        || rest.starts_with("use ")
        || rest.starts_with("extern crate ")
}

#[cfg(test)]
mod tests {
    use super::super::findings::told;
    use super::*;

    fn check_file(path: &str, text: &str) -> Vec<String> {
        told(&check(&[Text { path: path.to_owned(), text: text.to_owned() }]))
    }

    #[test]
    fn a_file_opens_with_a_sentence() {
        assert!(check_file("a.rs", "//! Does a.\nfn a() {}").is_empty());
        assert!(check_file("a.rs", "//! Does a,\n//! and b.\n//!\n//! More").is_empty());
        assert_eq!(
            check_file("a.rs", "fn a() {}"),
            ["error: a.rs:1: does not open with a `//!` sentence that says its job"]
        );
        assert_eq!(check_file("a.rs", "\n//! Late.").len(), 1);
        assert_eq!(check_file("a.rs", "//! a\n").len(), 1);
    }

    #[test]
    fn lists_of_modules_hold_nothing_else() {
        let list = "//! A.\n#![cfg_attr(test, allow(a))]\nmod a;\npub mod b;\npub use a::{B, C};\npub(crate) use b::D;\n#[cfg(unix)]\nmod e;\n";
        assert!(check_file("crates/x/src/lib.rs", list).is_empty(), "{:?}", check_file("lib.rs", list));
        for extra in ["fn a() {}", "mod tests { }", "pub const A: u8 = 1;", "pub struct A { b: u8 }", "impl A {}"] {
            let found = check_file("crates/x/src/b/mod.rs", &format!("{list}{extra}\n"));
            assert_eq!(found.len(), 1, "{extra}: {found:?}");
            assert!(found[0].contains("mod.rs:9: holds more"), "{found:?}");
        }
        assert!(check_file("crates/x/src/a.rs", &format!("{list}fn a() {{}}")).is_empty());
    }
}
