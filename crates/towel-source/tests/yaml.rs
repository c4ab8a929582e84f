//! Trees and syntax errors of YAML texts, as a reader of towel.yaml sees them.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;

use proptest::prelude::*;
use towel_source::{Diagnostic, Node, Source, Sources, Span, Value, parse};

/// The tree, a line each: place, value, comments; then the diagnostics.
fn outline(text: &str) -> String {
    let mut sources = Sources::new();
    let file = sources.add("towel.yaml", text);
    let source = sources.get(file).unwrap();
    let (root, diagnostics) = parse(source);
    let mut out = String::new();
    if let Some(root) = root {
        draw(source, &root, "", 0, &mut out);
    }
    for found in &diagnostics {
        writeln!(out, "{}", line_of(source, found)).unwrap();
    }
    out
}

fn draw(source: &Source, node: &Node, name: &str, depth: usize, out: &mut String) {
    let shown = match &node.value {
        Value::Null => "null".to_owned(),
        Value::Scalar(scalar) => format!("{:?} {:?}", scalar.style, scalar.text),
        Value::Sequence(items) => format!("sequence of {}", items.len()),
        Value::Mapping(mapping) => format!("mapping of {}", mapping.len()),
    };
    let comments: String = node.comments.iter().map(|comment| format!(" #{}", comment.text)).collect();
    writeln!(out, "{}{name}{} {shown}{comments}", "  ".repeat(depth), place(source, node.span)).unwrap();
    match &node.value {
        Value::Sequence(items) => items.iter().for_each(|item| draw(source, item, "- ", depth + 1, out)),
        Value::Mapping(mapping) => {
            for entry in mapping.entries() {
                for comment in &entry.comments {
                    writeln!(out, "{}#{}", "  ".repeat(depth + 1), comment.text).unwrap();
                }
                draw(source, &entry.value, &format!("{} = ", entry.key.value), depth + 1, out);
            }
        }
        _ => {}
    }
}

fn place(source: &Source, span: Span) -> String {
    let (start, end) = (source.position(span.start), source.position(span.end));
    format!("{}:{}-{}:{}", start.line, start.column, end.line, end.column)
}

fn line_of(source: &Source, found: &Diagnostic) -> String {
    let labels: Vec<String> =
        found.labels.iter().map(|label| format!("{} {}", place(source, label.span), label.message)).collect();
    let advice: Vec<&str> = found.notes.iter().chain(&found.help).map(String::as_str).collect();
    format!("{}: {} | {} | {}", found.code, found.message, labels.join("; "), advice.join("; "))
}

#[test]
fn everything_remembers_its_place_and_its_comments() {
    insta::assert_snapshot!(outline("# top\r\na: 1 # right\r\nb: # of b\r\n  # above c\r\n  c: \"x\\ty\"\r\n  d: |\r\n    hello\r\n    ${x}\r\n  e: >-\r\n    fo\r\n    o\r\n\r\nf: [1, {g: h}]\r\nh: été\r\ni:\r\n- 1\r\n-\r\nj: ~\r\n# end\r\n"), @r#"
    2:1-18:5 mapping of 6 # end
      # top
      a = 2:4-2:5 Plain "1" # right
      b = 5:3-11:6 mapping of 3
        # of b
        # above c
        c = 5:6-5:12 Quoted "x\ty"
        d = 7:5-8:9 Block "hello\n${x}\n"
        e = 10:5-11:6 Block "fo o"
      f = 13:4-13:15 sequence of 2
        - 13:5-13:6 Plain "1"
        - 13:8-13:14 mapping of 1
          g = 13:12-13:13 Plain "h"
      h = 14:4-14:7 Plain "été"
      i = 16:3-17:2 sequence of 2
        - 16:3-16:4 Plain "1"
        - 17:2-17:2 null
      j = 18:4-18:5 null
    "#);
}

#[test]
fn a_byte_order_mark_is_no_text() {
    insta::assert_snapshot!(outline("\u{FEFF}a: 1\n"), @r#"
    1:1-1:5 mapping of 1
      a = 1:4-1:5 Plain "1"
    "#);
}

#[test]
fn aliases_and_merge_keys_are_replaced_by_what_they_stand_for() {
    insta::assert_snapshot!(outline("x: &x { a: 1, b: 2 }\ny: &y { b: 3, c: 4 }\nz:\n  <<: [*x, *y]\n  a: 0\nw: *x\n"), @r#"
    1:1-6:6 mapping of 4
      x = 1:7-1:21 mapping of 2
        a = 1:12-1:13 Plain "1"
        b = 1:18-1:19 Plain "2"
      y = 2:7-2:21 mapping of 2
        b = 2:12-2:13 Plain "3"
        c = 2:18-2:19 Plain "4"
      z = 4:3-5:7 mapping of 3
        b = 1:18-1:19 Plain "2"
        c = 2:18-2:19 Plain "4"
        a = 5:6-5:7 Plain "0"
      w = 1:7-1:21 mapping of 2
        a = 1:12-1:13 Plain "1"
        b = 1:18-1:19 Plain "2"
    "#);
}

#[test]
fn plain_words_keep_their_text() {
    insta::assert_snapshot!(outline("[yes, no, on, 0o17, 1.10, 22:22, 0x1F, '~', NULL]"), @r#"
    1:1-1:50 sequence of 9
      - 1:2-1:5 Plain "yes"
      - 1:7-1:9 Plain "no"
      - 1:11-1:13 Plain "on"
      - 1:15-1:19 Plain "0o17"
      - 1:21-1:25 Plain "1.10"
      - 1:27-1:32 Plain "22:22"
      - 1:34-1:38 Plain "0x1F"
      - 1:40-1:43 Quoted "~"
      - 1:45-1:49 null
    "#);
}

/// Only the diagnostics.
fn faults(text: &str) -> String {
    let mut sources = Sources::new();
    let file = sources.add("towel.yaml", text);
    let source = sources.get(file).unwrap();
    let lines: Vec<String> = parse(source).1.iter().map(|found| line_of(source, found)).collect();
    lines.join("\n")
}

#[test]
fn duplicate_keys_are_reported_with_both_places() {
    insta::assert_snapshot!(faults("a: 1\nb: { c: 1, c: 2 }\na: 3\n"), @r#"
    duplicate-key: `c` is given twice | 2:12-2:13 given again here; 2:6-2:7 first given here | keep one of them
    duplicate-key: `a` is given twice | 3:1-3:2 given again here; 1:1-1:2 first given here | keep one of them
    "#);
}

#[test]
fn a_second_document_is_refused() {
    insta::assert_snapshot!(faults("a: 1\n---\nb: 1\n"), @r#"several-documents: this file holds more than one YAML document | 2:1-2:4 a second one begins here and is not read | remove the `---` or `...`, or move the rest to a file of its own"#);
    insta::assert_snapshot!(faults("a: 1\n...\nfoo"), @r#"several-documents: this file holds more than one YAML document | 3:1-3:4 a second one begins here and is not read | remove the `---` or `...`, or move the rest to a file of its own"#);
    insta::assert_snapshot!(faults("---\na: 1\n...\n"), @"");
}

#[test]
fn nothing_is_said_to_be_nothing() {
    insta::assert_snapshot!(faults(""), @r#"empty-file: this file describes nothing | 1:1-1:1 only blanks and comments |"#);
    insta::assert_snapshot!(faults("# only this\n"), @r#"empty-file: this file describes nothing | 1:1-2:1 only blanks and comments |"#);
}

#[test]
fn tabs_are_shown_where_they_stand() {
    insta::assert_snapshot!(faults("a:\n\tb: 1\n"), @r#"tab-indentation: a tab is used for indentation | 2:1-2:2 a tab | indent with blanks: YAML does not allow tabs, since editors show them differently"#);
    insta::assert_snapshot!(faults("a: 1\n\tb: 2\n"), @r#"tab-indentation: a tab is used for indentation | 2:1-2:2 a tab | indent with blanks: YAML does not allow tabs, since editors show them differently"#);
    insta::assert_snapshot!(faults("a:\n  b:\n  \tc: 2\n"), @r#"tab-indentation: a tab is used for indentation | 3:3-3:4 a tab | indent with blanks: YAML does not allow tabs, since editors show them differently"#);
}

#[test]
fn indentation_is_compared_with_the_lines_above() {
    insta::assert_snapshot!(faults("a:\n  b: 1\n c: 2\n"), @r#"yaml-syntax: the indentation fits no line above | 3:2-3:3 indented by 1 | the lines above are indented by 0, 2; indent it like the line it belongs with"#);
    insta::assert_snapshot!(faults("a:\n    b:\n      c: 1\n   d: 2\n"), @r#"yaml-syntax: the indentation fits no line above | 4:4-4:5 indented by 3 | the lines above are indented by 0, 4, 6; indent it like the line it belongs with"#);
    insta::assert_snapshot!(faults("- a\nb: 1\n"), @r#"yaml-syntax: a list ends where another item was expected | 2:1-2:2 this is not an item: it does not begin with `- ` | indent the list's items under their key, or begin this line with `- `"#);
}

#[test]
fn a_forgotten_colon_is_found_where_it_is_missing() {
    insta::assert_snapshot!(faults("services:\n  api\n    port: 1\n"), @r#"yaml-syntax: `api` has no value and no `:` | 2:3-2:6 so the next line is read as more of this text; 3:9-3:10 and a `:` makes no sense in it | write `api:`"#);
    insta::assert_snapshot!(faults("a: 1\nb\n"), @r#"yaml-syntax: a key is not followed by `:` | 2:1-2:2 expected `:` after this | write `key: value`, or indent the line if it goes on with the one above"#);
    insta::assert_snapshot!(faults("a:b\nc: 1\n"), @r#"yaml-syntax: there is no blank after a key's `:` | 1:2-1:3 without a blank it is part of the text | write `a: b`"#);
}

#[test]
fn text_that_needs_quotes_is_told_so() {
    insta::assert_snapshot!(faults("run: echo done: yes\n"), @r#"yaml-syntax: a value holds `: `, which begins a key's value | 1:15-1:16 this `:` | put the whole value in quotes"#);
    insta::assert_snapshot!(faults("a: @x\n"), @r#"yaml-syntax: a value cannot begin with `@` | 1:4-1:5 this character | put the value in quotes"#);
    insta::assert_snapshot!(faults("a: `x`\n"), @r#"yaml-syntax: a value cannot begin with ``` | 1:4-1:5 this character | put the value in quotes"#);
    insta::assert_snapshot!(faults("a: *.example\n"), @r#"unknown-anchor: there is no anchor `&.example` above | 1:4-1:13 `*` means: what stands at this anchor | put the value in quotes if `*` belongs to it"#);
    insta::assert_snapshot!(faults("a: {{ .Values.x }}\n"), @r#"key-not-text: a key is not text | 1:5-1:18 this key | put `{{ … }}` in quotes if it is meant as text"#);
    insta::assert_snapshot!(faults("a: !vault x\n"), @r#"unknown-tag: YAML tags have no meaning here | 1:4-1:10 this tag | remove it, or put the text in quotes if it is meant as text"#);
    insta::assert_snapshot!(faults("a: \"\\q\"\n"), @r#"yaml-syntax: `\` is followed by a character that it cannot escape | 1:4-1:5 in this text | write `\\` for a backslash, or use single quotes, in which nothing is escaped"#);
}

#[test]
fn what_is_not_closed_is_shown_where_it_is_opened() {
    insta::assert_snapshot!(faults("a: {b: 1\n"), @r#"yaml-syntax: `{` is not closed | 1:4-1:5 it is opened here | add the closing `}`"#);
    insta::assert_snapshot!(faults("a: [1, 2}\n"), @r#"yaml-syntax: `[` is closed by `}` | 1:4-1:5 it is opened here |"#);
    insta::assert_snapshot!(faults("a: 1]\nb: ]\n"), @r#"yaml-syntax: a bracket is closed that was never opened | 2:4-2:5 this one |"#);
    insta::assert_snapshot!(faults("a: \"x\n"), @r#"yaml-syntax: a quoted text is not closed | 1:4-1:5 it begins here | add the closing quote, or indent the lines on which the text goes on"#);
    insta::assert_snapshot!(faults("a: \"x\nb: 2\n"), @r#"yaml-syntax: a quoted text is not closed | 1:4-1:5 it begins here | add the closing quote, or indent the lines on which the text goes on"#);
}

#[test]
fn every_broken_section_is_reported_in_one_run() {
    insta::assert_snapshot!(faults("a:\n  b: 1\n c: 2\nd: @x\ne: &e 1\nf: [1\ng: *e\n"), @r#"
    yaml-syntax: the indentation fits no line above | 3:2-3:3 indented by 1 | the lines above are indented by 0, 2; indent it like the line it belongs with
    yaml-syntax: a value cannot begin with `@` | 4:4-4:5 this character | put the value in quotes
    yaml-syntax: `[` is not closed | 6:4-6:5 it is opened here; 7:2-7:3 and this does not belong inside it | add the closing `]`
    "#);
}

#[test]
fn an_alias_cannot_contain_itself() {
    insta::assert_snapshot!(faults("a: &a [*a]\n"), @r#"alias-contains-itself: this alias stands inside what it stands for | 1:8-1:10 the anchor's content has not ended yet |"#);
}

#[test]
fn a_merge_takes_mappings_only() {
    insta::assert_snapshot!(faults("a: &a 1\nb: { <<: *a }\nc: { <<: *nope }\n"), @r#"
    bad-merge: `<<` takes in a mapping, or a list of mappings | 2:10-2:12 not a mapping | give it an alias of a mapping: `<<: *name`
    unknown-anchor: there is no anchor `&nope` above | 3:10-3:15 `*` means: what stands at this anchor | put the value in quotes if `*` belongs to it
    "#);
}

#[test]
fn aliases_of_aliases_are_bounded() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let alias = format!("*a{}", level - 1);
        writeln!(bomb, "a{level}: &a{level} [{}]", vec![alias; 9].join(", ")).unwrap();
    }
    assert!(faults(&bomb).starts_with("aliases-too-many"), "{}", faults(&bomb));
}

#[test]
fn a_long_text_is_not_multiplied_without_bound() {
    let bomb = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 2000].join(", "));
    assert!(faults(&bomb).starts_with("aliases-too-many"));
}

#[test]
fn depth_is_bounded_also_through_aliases() {
    assert!(faults(&"[".repeat(100_000)).starts_with("nesting-too-deep"));
    assert!(faults(&"- ".repeat(100_000)).starts_with("nesting-too-deep"));
    let nested: String = (0..3000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert!(faults(&nested).starts_with("nesting-too-deep"));
    let mut chain = "a0: &a0 [x]\n".to_owned();
    for level in 1..200 {
        writeln!(chain, "a{level}: &a{level} [*a{}]", level - 1).unwrap();
    }
    assert!(faults(&chain).starts_with("nesting-too-deep"), "{}", faults(&chain));
}

/// Pieces from which hostile YAML is made more often than from random characters.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n".to_owned()),
        Just("  ".to_owned()),
        Just(": ".to_owned()),
        Just("- ".to_owned()),
        Just("[".to_owned()),
        Just("]".to_owned()),
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("&a ".to_owned()),
        Just("*a".to_owned()),
        Just("<<: ".to_owned()),
        Just("\t".to_owned()),
        Just("\"".to_owned()),
        Just("'".to_owned()),
        Just("|\n".to_owned()),
        Just(">-\n".to_owned()),
        Just("---\n".to_owned()),
        Just("!!x ".to_owned()),
        Just("? ".to_owned()),
        Just("# c".to_owned()),
        Just("\r\n".to_owned()),
        Just("\u{FEFF}".to_owned()),
        Just("%TAG ! x\n".to_owned()),
        "\\PC{1,3}",
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_panics_and_every_place_can_be_shown(text in prop_oneof![pieces(), ".{0,80}"]) {
        let mut sources = Sources::new();
        let file = sources.add("towel.yaml", text.as_str());
        let source = sources.get(file).unwrap();
        let (root, diagnostics) = parse(source);
        prop_assert!(root.is_some() || !diagnostics.is_empty());
        for label in diagnostics.iter().flat_map(|found| &found.labels) {
            prop_assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{label:?}");
        }
    }
}
