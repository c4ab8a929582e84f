//! Every message as a person reads it, so that a change of words is seen in review.

use std::fmt::Write as _;

use towel_check::RULES;

use crate::page::blocks;
use crate::product::Product;

#[test]
fn the_wrong_example_of_each_page_reads_well() {
    let mut transcript = String::new();
    for rule in RULES {
        for block in blocks(rule.page).into_iter().filter(|block| block.kind == "bad") {
            write!(transcript, "{}", Product::read(&block.text).shown()).unwrap();
        }
    }
    insta::assert_snapshot!("messages", transcript);
}

#[test]
fn messages_follow_the_style_of_the_house() {
    for rule in RULES {
        for block in blocks(rule.page).into_iter().filter(|block| block.kind == "bad") {
            for diagnostic in Product::read(&block.text).found() {
                let message = &diagnostic.message;
                let first = message.chars().next().unwrap();
                assert!(!first.is_uppercase() && !message.ends_with('.'), "{}: {message}", rule.code);
                assert!(!diagnostic.help.is_empty(), "{}: nothing says what to do", rule.code);
                let lines = diagnostic.notes.iter().chain(&diagnostic.help);
                assert!(lines.clone().all(|line| !line.ends_with('.')), "{}: {lines:?}", rule.code);
            }
        }
    }
}
