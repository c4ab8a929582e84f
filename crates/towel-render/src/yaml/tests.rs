//! What is written is read back as it was, by a reader that had no part in writing it.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Map, Yaml};

fn written(yaml: &Yaml) -> String {
    let mut text = String::new();
    yaml.write_to(&mut text);
    text
}

fn read(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The tree as JSON, which is what a reader has to find.
fn meant(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => json!(value),
        Yaml::Integer(value) => json!(value),
        Yaml::Number(value) => json!(value),
        Yaml::Text(text) => json!(text),
        Yaml::List(items) | Yaml::Row(items) => items.iter().map(meant).collect(),
        Yaml::Map(map) | Yaml::Inline(map) => {
            map.entries.iter().map(|entry| (entry.key.to_string(), meant(&entry.value))).collect()
        }
    }
}

/// Text that readers take for something else, and text that needs care.
fn awkward() -> impl Strategy<Value = String> {
    let words = [
        "",
        " ",
        "~",
        "no",
        "Yes",
        "on",
        "OFF",
        "null",
        "Null",
        "true",
        "y",
        "N",
        "=",
        "<<",
        "1",
        "-1",
        "+1",
        "0x1F",
        "0o17",
        "017",
        "1_000",
        "1e3",
        ".5",
        "1.",
        ".inf",
        "-.INF",
        ".nan",
        "12:30:45",
        "1:20",
        "2026-11-21",
        "2026-11-21T10:00:00Z",
        "-",
        "- a",
        "a: b",
        "a:",
        "a #b",
        "#a",
        "a\nb",
        "a\n",
        "\na",
        " a\nb",
        "a\n\n",
        "a \nb",
        "a\tb",
        "\ta",
        "\"a\"",
        "'a'",
        "it's",
        "\\",
        "{a}",
        "[a]",
        "a, b",
        "*a",
        "&a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a`",
        "?",
        "? a",
        "---",
        "...",
        "é",
        "\u{2028}",
        "\u{feff}",
        "a\r\nb",
        "\0",
        "💚",
        "sum by (le) (rate(x_bucket{job=\"a\"}[5m]))",
        "{{ $labels.job }}",
        "${VAR:?missing}",
        "-- a",
        "a\n---\nb",
        "a\n  b\nc",
        "8080:80",
        "22:22",
    ];
    prop_oneof![prop::sample::select(words.to_vec()).prop_map(str::to_owned), "\\PC{0,12}", "[ -~\n]{0,20}"]
}

fn tree() -> impl Strategy<Value = Yaml> {
    let leaf = prop_oneof![
        Just(Yaml::Null),
        any::<bool>().prop_map(Yaml::Bool),
        any::<i64>().prop_map(Yaml::Integer),
        (-1e9..1e9f64).prop_map(Yaml::Number),
        awkward().prop_map(Yaml::from),
        prop::collection::vec(awkward().prop_map(Yaml::from), 0..3).prop_map(Yaml::Row),
        prop::collection::btree_map(awkward(), awkward(), 0..3)
            .prop_map(|entries| Yaml::Inline(entries.into_iter().collect())),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let entries = prop::collection::btree_map(awkward(), (inner.clone(), any::<bool>()), 0..4);
        let map = entries.prop_map(|entries| {
            let each = entries.into_iter();
            Yaml::Map(each.fold(Map::new(), |map, (key, (value, commented))| {
                let map = if commented { map.blank().comment("why: # this\n\nand: that") } else { map };
                map.with(key, value)
            }))
        });
        prop_oneof![prop::collection::vec(inner, 0..4).prop_map(Yaml::List), map]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn everything_is_read_back_as_it_was_meant(yaml in tree()) {
        prop_assert_eq!(read(&written(&yaml)), meant(&yaml), "{}", written(&yaml));
    }
}

#[test]
fn it_reads_like_a_persons_hand() {
    let yaml: Yaml = Map::new()
        .with_bare("on", Map::new().with("push", Map::new().with("branches", Yaml::row(["main", "release/**"]))))
        .blank()
        .comment("Why it is so.\nAnd so.")
        .with("jobs", [Map::new().with("name", "a").comment("inner").with("run", "one\ntwo\n")])
        .with("port", "8080:80")
        .with("expr", "rate(x{job=\"api\"}[5m]) > 0.5")
        .with("title", "{{ \"quoted\" }}")
        .with("empty", Vec::<Yaml>::new())
        .with("nested", Yaml::List(vec![Yaml::list(["x"]), Map::new().into()]))
        .into();
    let expected = "\
on:
  push:
    branches: [main, release/**]

# Why it is so.
# And so.
jobs:
  - name: a
    # inner
    run: |
      one
      two
port: \"8080:80\"
expr: rate(x{job=\"api\"}[5m]) > 0.5
title: '{{ \"quoted\" }}'
empty: []
nested:
  -
    - x
  - {}
";
    assert_eq!(written(&yaml), expected);
}
