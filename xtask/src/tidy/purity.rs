//! Crates that only compute: no clock, environment, files, network or processes in their sources.

use super::code::{blank, line_of, uses, without_tests};
use super::findings::Finding;
use crate::repository::Text;

const PURE: [&str; 5] = ["towel-source", "towel-model", "towel-check", "towel-render", "towel-import"];
const FORBIDDEN: [&str; 13] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::os",
    "std::time::Instant",
    "std::time::SystemTime",
    "tokio",
    "hyper",
    "nix",
    "rusqlite",
    "jiff::Timestamp::now",
];

/// Addresses are values; only sockets touch the network. Threads that end before the call does are a way of computing.
const ALLOWED: [&str; 8] = [
    "std::thread::scope",
    "std::thread::ScopedJoinHandle",
    "std::net::IpAddr",
    "std::net::Ipv4Addr",
    "std::net::Ipv6Addr",
    "std::net::SocketAddr",
    "std::net::AddrParseError",
    "std::net::SocketAddrV4",
];

/// Uses of the outside world in pure crates.
pub(super) fn check(texts: &[Text]) -> Vec<Finding> {
    texts.iter().filter(|text| is_pure(&text.path)).flat_map(in_file).collect()
}

fn is_pure(path: &str) -> bool {
    let own = PURE
        .iter()
        .any(|name| path.strip_prefix("crates/").is_some_and(|path| path.starts_with(&format!("{name}/src/"))));
    own && path.ends_with(".rs") && !path.ends_with("/tests.rs") && !path.contains("/tests/")
}

fn in_file(text: &Text) -> Vec<Finding> {
    let code = without_tests(&blank(&text.text));
    let mut found: Vec<(usize, String)> = uses(&code).into_iter().filter(|(_, path)| forbidden(path)).collect();
    for name in FORBIDDEN {
        for (at, _) in code.match_indices(&format!("{name}::")) {
            let path = path_at(&code[at..]);
            if begins_path(&code[..at]) && forbidden(path) {
                found.push((at, path.to_owned()));
            }
        }
    }
    let mut lines: Vec<_> = found.into_iter().map(|(at, path)| (line_of(&code, at), path)).collect();
    lines.sort();
    lines.dedup();
    let what = |path: &str| format!("uses `{path}` in a crate that only computes; take what is needed as a parameter");
    lines.iter().map(|(line, path)| Finding::error(&text.path, *line, what(path))).collect()
}

/// Whether a path begins after this code: `::tokio` does, `crate::tokio` and `my_tokio` do not.
fn begins_path(before: &str) -> bool {
    let before = before.strip_suffix("::").unwrap_or(before);
    !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// The whole path that begins here.
fn path_at(code: &str) -> &str {
    let end = code.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(code.len());
    code[..end].trim_end_matches(':')
}

fn forbidden(path: &str) -> bool {
    let below = |name: &&str| path == *name || path.starts_with(&format!("{name}::"));
    FORBIDDEN.iter().any(&below) && !ALLOWED.iter().any(below)
}

#[cfg(test)]
mod tests {
    use super::super::findings::told;
    use super::*;

    fn check_file(path: &str, text: &str) -> Vec<String> {
        told(&check(&[Text { path: path.to_owned(), text: text.to_owned() }]))
    }

    #[test]
    fn the_outside_world_is_found_however_it_is_written() {
        for text in [
            "use std::fs;",
            "use std::{collections::BTreeMap, fs::File};",
            "use std::time::{Duration, Instant};",
            "fn a() { std::env::var(\"A\"); }",
            "fn a() { ::tokio::spawn(b); }",
            "use tokio::time::sleep;",
        ] {
            let found = check_file("crates/towel-model/src/a.rs", text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
        }
    }

    #[test]
    fn tests_comments_and_other_crates_are_free() {
        let text = "// std::fs::read\nfn a() { crate::nix::b(); }\nuse std::time::Duration;\nlet a = \"std::env::var\";\n#[cfg(test)]\nmod tests { use std::fs; }";
        assert!(check_file("crates/towel-check/src/a.rs", text).is_empty());
        assert!(
            check_file("crates/towel-model/src/a.rs", "use std::net::IpAddr;\nlet a: std::net::Ipv4Addr;").is_empty()
        );
        assert!(check_file("crates/towel-engine/src/a.rs", "use std::fs;").is_empty());
        assert!(check_file("crates/towel-check/tests/a.rs", "use std::fs;").is_empty());
    }

    #[test]
    fn the_line_is_told() {
        assert_eq!(
            check_file("crates/towel-source/src/a.rs", "//! A.\n\nuse std::net::TcpStream;\n"),
            [
                "error: crates/towel-source/src/a.rs:3: uses `std::net::TcpStream` in a crate that only computes; take what is needed as a parameter"
            ]
        );
    }
}
