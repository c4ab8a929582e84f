//! The registry, the folder of rules and the pages agree.

use std::collections::BTreeSet;
use std::path::Path;

use towel_check::{RULES, explain, explanations, nearest_code};

#[test]
fn every_rule_has_one_file_one_page_and_one_entry_of_the_same_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let mut files: BTreeSet<String> = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        files.insert(entry.unwrap().file_name().into_string().unwrap());
    }
    files.remove("mod.rs");
    let mut expected = BTreeSet::new();
    for rule in RULES {
        expected.insert(format!("{}.md", rule.code));
        expected.insert(format!("{}.rs", rule.code.replace('-', "_")));
    }
    assert_eq!(files, expected);
    assert_eq!(expected.len(), 2 * RULES.len(), "a code is registered twice");
}

#[test]
fn every_code_can_be_explained() {
    for explanation in explanations() {
        assert!(explain(explanation.code).is_some(), "{}", explanation.code);
        assert!(!explanation.summary.is_empty(), "{}", explanation.code);
    }
    let codes: BTreeSet<&str> = explanations().iter().map(|explanation| explanation.code).collect();
    assert_eq!(codes.len(), explanations().len(), "a rule and a fault of the language share a code");
    assert_eq!(explain("no-such-fault"), None);
    assert_eq!(nearest_code("slo-canot-fire"), Some("slo-cannot-fire"));
}
