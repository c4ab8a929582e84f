//! Marks in code: ignored tests say what they need, and nothing is left for later.

use super::code::{blank, line_of};
use super::findings::Finding;
use crate::repository::Text;

/// Built from halves: this file is looked at too.
const UNFINISHED: [&str; 4] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:"), concat!("HA", "CK:")];

/// Ignored tests without a reason or a fitting name, and work left undone.
pub(super) fn check(texts: &[Text]) -> Vec<Finding> {
    let sources = texts.iter().filter(|text| text.path.ends_with(".rs"));
    sources.flat_map(|text| ignored(text).into_iter().chain(unfinished(text))).collect()
}

fn ignored(text: &Text) -> Vec<Finding> {
    let code = blank(&text.text);
    let mut findings = Vec::new();
    for (at, _) in code.match_indices("#[ignore") {
        let line = line_of(&code, at);
        if !text.text[at..].starts_with("#[ignore = \"needs ") {
            findings.push(Finding::error(&text.path, line, "say what it needs: `#[ignore = \"needs …\"]`"));
        }
        let name = code[at..].split_once("fn ").map_or("", |(_, rest)| rest);
        let name = name.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        if !name.starts_with("needs_") {
            let what = format!("an ignored test's name begins with `needs_`; `{name}` does not");
            findings.push(Finding::error(&text.path, line, what));
        }
    }
    findings
}

fn unfinished(text: &Text) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in text.text.lines().enumerate() {
        if let Some(mark) = UNFINISHED.into_iter().find(|mark| line.contains(mark)) {
            findings.push(Finding::error(
                &text.path,
                number + 1,
                format!("`{mark}`: finish it, or say in words why it stands"),
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::findings::told;
    use super::*;

    fn check_text(text: &str) -> Vec<String> {
        told(&check(&[Text { path: "a.rs".to_owned(), text: text.to_owned() }]))
    }

    #[test]
    fn an_ignored_test_says_what_it_needs() {
        assert!(check_text("#[tokio::test]\n#[ignore = \"needs redis-server\"]\nasync fn needs_redis() {}").is_empty());
        assert_eq!(
            check_text("#[test]\n#[ignore]\nfn needs_redis() {}"),
            ["error: a.rs:2: say what it needs: `#[ignore = \"needs …\"]`"]
        );
        assert_eq!(
            check_text("#[test]\n#[ignore = \"needs redis\"]\nfn redis_is_fine() {}"),
            ["error: a.rs:2: an ignored test's name begins with `needs_`; `redis_is_fine` does not"]
        );
    }

    #[test]
    fn work_left_for_later_is_refused() {
        for mark in UNFINISHED {
            assert_eq!(check_text(&format!("// {mark} later\n")).len(), 1, "{mark}");
        }
        assert!(check_text("// to do or not\n").is_empty());
    }
}
