//! One finding with everything in it, as each renderer writes it.

use super::*;
use crate::{Diagnostic, FileId, Severity, Sources, Span};

const TEXT: &str = "services:\n  backend:\n    pool: { postgres: 20 }\n    replicas: 3..10\n  worker:\n    pool: { postgres: 5 }\n\ndatastores:\n  postgres:\n    kind: postgres\n    max_connections: 100\n";

fn place_of(words: &str) -> Span {
    let start = u32::try_from(TEXT.find(words).unwrap()).unwrap();
    Span::new(FileId(0), start, start + u32::try_from(words.len()).unwrap())
}

fn example() -> (Vec<Diagnostic>, Sources) {
    let mut sources = Sources::new();
    sources.add("towel.yaml", TEXT);
    let pool = Diagnostic::error("pool-exceeds-connections", "services may open `225` connections to `postgres`")
        .at(place_of("100"), "accepts 97")
        .also(place_of("20"), "20 for each of at most 11 instances")
        .note("pool × (most replicas + surge):\n  `backend`  20 × (10 + 1) = 220\n  together = 225")
        .help("set `max_connections` to at least 228");
    let need = Diagnostic::warning("unknown-key", "`pool` is no key of a service")
        .at(place_of("pool"), "")
        .suggest(place_of("pool"), "pools");
    let nowhere = Diagnostic::warning("nothing-declared", "no service is declared");
    (in_order(vec![pool, need, nowhere]), sources)
}

#[test]
fn a_person_reads_the_line_the_arithmetic_and_the_remedy() {
    let (found, sources) = example();
    insta::assert_snapshot!(human(&found, &sources, Colour::None), @r#"
    warning[nothing-declared]: no service is declared

    warning[unknown-key]: `pool` is no key of a service
     --> towel.yaml:3:5
      |
    3 |     pool: { postgres: 20 }
      |     ^^^^
      |
    help: this may mend it
      |
    3 |     pools: { postgres: 20 }
      |         +

    error[pool-exceeds-connections]: services may open `225` connections to `postgres`
      --> towel.yaml:11:22
       |
     3 |     pool: { postgres: 20 }
       |                       -- 20 for each of at most 11 instances
    ...
    11 |     max_connections: 100
       |                      ^^^ accepts 97
       |
       = note: pool × (most replicas + surge):
                 `backend`  20 × (10 + 1) = 220
                 together = 225
       = help: set `max_connections` to at least 228
    "#);
    assert_eq!(summary(&found).unwrap(), "error: 1 error, 2 warnings");
}

#[test]
fn colour_adds_escapes_and_changes_no_word() {
    let (found, sources) = example();
    let coloured = human(&found, &sources, Colour::Ansi);
    assert!(coloured.contains("\u{1b}["));
    let plain: String = coloured.split('\u{1b}').enumerate().map(after_escape).collect();
    assert_eq!(plain, human(&found, &sources, Colour::None));
}

fn after_escape((number, piece): (usize, &str)) -> &str {
    if number == 0 { piece } else { piece.split_once('m').map_or("", |(_, text)| text) }
}

#[test]
fn escapes_in_the_file_do_not_reach_the_terminal() {
    let mut sources = Sources::new();
    sources.add("towel.yaml", "name: \"\u{1b}[2J\"\n");
    let found = Diagnostic::error("x", "name `\u{1b}[2J` is odd")
        .at(Span::new(FileId(0), 6, 12), "\u{1b}[2J")
        .note("\u{1b}[2J")
        .help("\u{1b}[2J");
    assert!(!human(&[found], &sources, Colour::None).contains('\u{1b}'));
}

#[test]
fn spans_that_lie_outside_the_text_are_drawn_at_its_end() {
    let mut sources = Sources::new();
    sources.add("towel.yaml", "é");
    for span in [Span::new(FileId(0), 1, 1), Span::new(FileId(0), 90, 99), Span::new(FileId(0), 5, 2)] {
        assert!(human(&[Diagnostic::error("x", "y").at(span, "z")], &sources, Colour::None).contains("towel.yaml:1"));
    }
}

#[test]
fn a_place_in_an_unknown_file_leaves_the_message() {
    let found = Diagnostic::error("x", "y").at(Span::new(FileId(7), 0, 1), "z");
    assert!(human(&[found], &Sources::new(), Colour::None).contains("error[x]: y"));
}

#[test]
fn programs_read_lines_columns_and_fixes() {
    let (found, sources) = example();
    insta::assert_snapshot!("json", json(&found, &sources));
}

#[test]
fn code_hosts_read_rules_regions_and_prints() {
    let (found, sources) = example();
    let tool = Tool {
        name: "towel",
        version: "0.1.0",
        uri: "https://example.org",
        rules: vec![RuleText {
            code: "pool-exceeds-connections",
            summary: "services may open more connections than their datastore accepts",
            page: "# pool-exceeds-connections\n",
            uri: Some("https://example.org/rules.md#pool-exceeds-connections".to_owned()),
            severity: Severity::Error,
        }],
    };
    insta::assert_snapshot!("sarif", sarif(&found, &sources, &tool));
}
