//! Every page's YAML behaves as its comments say: nothing more is found, and nothing less.

use towel_check::RULES;

use crate::page::{blocks, promised};
use crate::product::Product;

#[test]
fn wrong_examples_have_exactly_the_marked_faults_and_right_ones_have_none() {
    let mut differences = Vec::new();
    for rule in RULES {
        for block in blocks(rule.page) {
            let product = Product::read(&block.text);
            let (promised, found) = (promised(&block.text), product.marks());
            if promised != found {
                let shown = product.shown();
                differences
                    .push(format!("{} ({}): promised {promised:?}, found {found:?}\n{shown}", rule.code, block.kind));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn every_page_shows_its_fault_and_how_it_is_mended() {
    for rule in RULES {
        let blocks = blocks(rule.page);
        let kinds: Vec<_> = blocks.iter().map(|block| block.kind.as_str()).collect();
        assert_eq!(kinds, ["bad", "good"], "{}", rule.code);
        let shown = promised(&blocks[0].text).iter().any(|(_, _, code)| code == rule.code);
        assert!(shown, "the wrong example of `{}` does not show it", rule.code);
        assert!(promised(&blocks[1].text).is_empty(), "the right example of `{}` has marks", rule.code);
    }
}

#[test]
fn every_page_says_what_is_wrong_and_why_it_matters() {
    for rule in RULES {
        let headings: Vec<&str> = rule.page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let without_arithmetic: Vec<&str> =
            headings.iter().copied().filter(|heading| *heading != "The arithmetic").collect();
        assert_eq!(without_arithmetic, ["Why it matters", "Wrong", "Right"], "{}", rule.code);
        assert!(rule.page.starts_with(&format!("# {}\n\n", rule.code)), "{}", rule.code);
        let summary = rule.summary();
        assert!(summary.ends_with('.') && summary.len() <= 110, "the summary of `{}`: {summary}", rule.code);
    }
}
