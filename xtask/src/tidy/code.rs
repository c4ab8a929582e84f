//! Rust code as a scan needs it: comments and texts blanked out, every byte at its old place.

use std::ops::Range;

/// The code with comments and the insides of strings replaced by spaces; line breaks stay.
pub(super) fn blank(text: &str) -> String {
    let mut code: Vec<u8> = text.as_bytes().to_vec();
    let mut at = 0;
    while at < code.len() {
        let end = hidden(text, at);
        for byte in &mut code[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end.max(at + 1);
    }
    String::from_utf8(code).unwrap_or_default()
}

/// The end of the comment, string or character that begins here; `at` itself when none does.
fn hidden(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let rest = &bytes[at..];
    let word_before = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    if rest.starts_with(b"//") {
        find(rest, b"\n").map_or(bytes.len(), |end| at + end)
    } else if rest.starts_with(b"/*") {
        at + block_comment(rest)
    } else if let Some(hashes) = raw_string(rest).filter(|_| !word_before) {
        let close: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
        let inside = rest.iter().position(|byte| *byte == b'"').unwrap_or(0) + 1;
        find(&rest[inside..], &close).map_or(bytes.len(), |end| at + inside + end + close.len())
    } else if rest.starts_with(b"\"") {
        at + quoted(rest, b'"')
    } else if rest.starts_with(b"'") {
        at + character(rest)
    } else {
        at
    }
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at
}

/// How many `#` a raw string has that begins here.
fn raw_string(rest: &[u8]) -> Option<usize> {
    let after = rest.strip_prefix(b"br").or_else(|| rest.strip_prefix(b"r"))?;
    let hashes = after.iter().take_while(|byte| **byte == b'#').count();
    (after.get(hashes) == Some(&b'"')).then_some(hashes)
}

fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

/// The length of a character; 0 for a lifetime or a label.
fn character(rest: &[u8]) -> usize {
    match rest.get(1) {
        Some(b'\\') => quoted(rest, b'\''),
        Some(first) => {
            let width = match first {
                0x00..=0x7F => 1,
                0xC0..=0xDF => 2,
                0xE0..=0xEF => 3,
                _ => 4,
            };
            if rest.get(1 + width) == Some(&b'\'') { width + 2 } else { 0 }
        }
        None => 0,
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// The same code with `#[cfg(test)]` items blanked out as well. Takes blanked code.
pub(super) fn without_tests(code: &str) -> String {
    let mut kept = code.as_bytes().to_vec();
    let mut from = 0;
    while let Some(found) = code[from..].find("#[cfg(test)]") {
        let start = from + found;
        let end = item_end(code, start);
        for byte in &mut kept[start..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        from = end;
    }
    String::from_utf8(kept).unwrap_or_default()
}

/// Where the item that begins at `start` ends: after its `;`, or after its closing brace.
fn item_end(code: &str, start: usize) -> usize {
    let Some(found) = code[start..].find(['{', ';']) else { return code.len() };
    let at = start + found;
    if code.as_bytes()[at] == b';' { at + 1 } else { braces(code, at).end }
}

/// The range of the braces that open at `open`.
pub(super) fn braces(code: &str, open: usize) -> Range<usize> {
    let mut depth = 0;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => (),
        }
        if depth == 0 {
            return open..at + 1;
        }
    }
    open..code.len()
}

/// The number of the line, from 1, in which the byte stands.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// Every path that a `use` brings in, written out, with its place. Takes blanked code.
pub(super) fn uses(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let starts = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if starts && let Some(end) = code[at..].find(';') {
            let tree: String = code[at + 4..at + end].split_whitespace().collect();
            expand("", &tree, at, &mut found);
        }
    }
    found
}

fn expand(prefix: &str, tree: &str, at: usize, into: &mut Vec<(usize, String)>) {
    let Some(open) = tree.find('{') else {
        into.push((at, format!("{prefix}{tree}").trim_start_matches("::").to_owned()));
        return;
    };
    let prefix = format!("{prefix}{}", &tree[..open]);
    let inside = &tree[open + 1..braces(tree, open).end - 1];
    let (mut depth, mut start) = (0, 0);
    for (place, byte) in inside.bytes().chain([b',']).enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b',' if depth == 0 => {
                expand(&prefix, &inside[start..place.min(inside.len())], at, into);
                start = place + 1;
            }
            _ => (),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_texts_are_blanked_and_code_is_not() {
        let text = "let a = \"x // y\"; // tokio::\n/* a /* b */ c */ let b = 'x'; let c: &'static str = r#\"q\"#;";
        let code = blank(text);
        assert_eq!(code.len(), text.len());
        assert_eq!(code.split_whitespace().collect::<String>(), "leta=;letb=;letc:&'staticstr=;");
    }

    #[test]
    fn escaped_quotes_do_not_end_a_text() {
        assert_eq!(blank(r#"a("\"b"); d('\''); e("ü")"#).split_whitespace().collect::<String>(), "a();d();e()");
    }

    #[test]
    fn items_for_tests_are_left_out() {
        let code = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { } }\nfn c() {}\n#[cfg(test)]\nuse x;\nfn d() {}";
        let kept: String = without_tests(code).split_whitespace().collect();
        assert_eq!(kept, "fna(){}fnc(){}fnd(){}");
    }

    #[test]
    fn use_trees_are_written_out() {
        let paths: Vec<_> =
            uses("use std::{fs, net::{self, TcpStream}};\npub use a::b;").into_iter().map(|use_| use_.1).collect();
        assert_eq!(paths, ["std::fs", "std::net::self", "std::net::TcpStream", "a::b"]);
    }
}
