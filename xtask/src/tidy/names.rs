//! Names: files named by what they hold, tests by what they show.

use super::code::{blank, line_of};
use super::findings::Finding;
use crate::repository::Text;

/// Names that say nothing.
const EMPTY: [&str; 8] = ["util", "utils", "helper", "helpers", "manager", "common", "misc", "stuff"];

/// Files and tests with names that say nothing.
pub(super) fn check(texts: &[Text]) -> Vec<Finding> {
    let sources = texts.iter().filter(|text| text.path.ends_with(".rs"));
    sources.flat_map(|text| file(text).into_iter().chain(tests(text))).collect()
}

fn file(text: &Text) -> Option<Finding> {
    let empty = text.path.trim_end_matches(".rs").split('/').find(|part| EMPTY.contains(part))?;
    Some(Finding::error(&text.path, 0, format!("`{empty}` says nothing; name it by what it holds")))
}

fn tests(text: &Text) -> Vec<Finding> {
    let code = blank(&text.text);
    let functions = code.match_indices("fn test_");
    let what = "a test is named by what it shows, as a sentence, without `test_`";
    functions.map(|(at, _)| Finding::error(&text.path, line_of(&code, at), what)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::findings::told;
    use super::*;

    fn check_file(path: &str, text: &str) -> Vec<String> {
        told(&check(&[Text { path: path.to_owned(), text: text.to_owned() }]))
    }

    #[test]
    fn empty_names_are_refused() {
        assert_eq!(check_file("crates/a/src/utils.rs", "").len(), 1);
        assert_eq!(check_file("crates/a/src/common/mod.rs", "").len(), 1);
        assert!(check_file("crates/a/src/commonwealth.rs", "").is_empty());
    }

    #[test]
    fn tests_are_sentences() {
        assert_eq!(
            check_file("a.rs", "#[test]\nfn test_it() {}"),
            ["error: a.rs:2: a test is named by what it shows, as a sentence, without `test_`"]
        );
        assert!(check_file("a.rs", "#[test]\nfn it_is_shown() { let a = \"fn test_\"; }").is_empty());
    }
}
