//! Whatever stands in a file, reading it ends, and every finding points into it.

use proptest::prelude::*;
use towel_source::Sources;

const EXAMPLE: &str = include_str!("../language.yaml");

/// Reads a text and builds every stack; all places must lie in the text.
fn survive(text: &str) {
    let mut sources = Sources::new();
    let file = sources.add("towel.yaml", text);
    let reading = towel_model::read(&sources, file);
    for label in reading.diagnostics.iter().flat_map(|found| &found.labels) {
        assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{label:?}");
    }
    let Some(model) = reading.model else { return };
    for environment in model.environments() {
        drop(model.stack(&environment.name));
    }
}

/// The example with some of its pieces replaced, removed or repeated.
fn mutated() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(String::new()),
        Just("null".to_owned()),
        Just("[]".to_owned()),
        Just("{}".to_owned()),
        Just("${".to_owned()),
        Just("${db.url}".to_owned()),
        Just("99999999999999999999".to_owned()),
        Just("-1".to_owned()),
        Just("..".to_owned()),
        Just(": ".to_owned()),
        Just("\n".to_owned()),
        Just("&a *a".to_owned()),
        Just("é".to_owned()),
        "\\PC{1,4}",
        (0..EXAMPLE.len(), 1..40_usize).prop_map(|(from, length)| EXAMPLE.chars().skip(from).take(length).collect()),
    ];
    let edit = (0..EXAMPLE.len(), 0..12_usize, piece);
    proptest::collection::vec(edit, 1..8).prop_map(|edits| {
        let mut text: Vec<char> = EXAMPLE.chars().collect();
        for (from, length, piece) in edits {
            let from = from.min(text.len());
            let to = (from + length).min(text.len());
            text.splice(from..to, piece.chars());
        }
        text.into_iter().collect()
    })
}

/// The example with the value of one key replaced by something else.
fn other_values() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        Just("[[[]]]"),
        Just("{ a: { b: } }"),
        Just("\"\""),
        Just("''"),
        Just("~"),
        Just("yes"),
        Just("0x1F"),
        Just("1e400"),
        Just("-0"),
        Just("1..2..3"),
        Just("10..1"),
        Just("*nope"),
        Just("!!int 5"),
        Just("|\n"),
        Just("100%"),
        Just("0%"),
        Just("1000%"),
        Just("18446744073709551616"),
        Just("9999w"),
        Just("0s"),
        Just("1/s"),
        Just("2026-13-45T99:99"),
        Just("Fri 25:00..Mon 08:00"),
        Just("${env.domain}"),
        Just("$$$${"),
        Just("#"),
    ];
    let keys = EXAMPLE.matches(": ").count();
    (0..keys, value).prop_map(|(key, value)| {
        let (at, _) = EXAMPLE.match_indices(": ").nth(key).unwrap();
        let end = EXAMPLE[at + 2..].find([',', '}', '\n']).map_or(EXAMPLE.len(), |length| at + 2 + length);
        format!("{}{value}{}", &EXAMPLE[..at + 2], &EXAMPLE[end..])
    })
}

#[test]
fn findings_are_bounded() {
    let freezes = "  - { name: a }\n".repeat(3000);
    let mut sources = Sources::new();
    let file = sources.add("towel.yaml", format!("towel: 1\nname: shop\nfreezes:\n{freezes}"));
    let reading = towel_model::read(&sources, file);
    assert_eq!(reading.diagnostics.len(), 1001);
    assert_eq!(reading.diagnostics.last().unwrap().code, "findings-left-out");
    assert!(reading.model.unwrap().stack("dev").0.is_none());
}

#[test]
fn environments_are_bounded() {
    let environments: String = (0..500).map(|number| format!("  e{number}: {{ class: dev }}\n")).collect();
    let mut sources = Sources::new();
    let file = sources.add("towel.yaml", format!("towel: 1\nname: shop\nenvironments:\n{environments}"));
    let reading = towel_model::read(&sources, file);
    assert_eq!(reading.diagnostics[0].code, "environments-too-many");
    assert_eq!(reading.model.unwrap().environments().len(), 100);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn arbitrary_text_never_panics(text in "(\\PC|\n|  ){0,120}") {
        survive(&text);
    }

    #[test]
    fn a_damaged_file_never_panics(text in mutated()) {
        survive(&text);
    }

    #[test]
    fn a_wrong_value_never_panics(text in other_values()) {
        survive(&text);
    }
}
