//! The pages of the codes: their examples are run.

use std::collections::HashSet;

use towel_model::CODES;

use crate::shown::reading;

/// Pages whose fault cannot be shown in a few lines of text.
const WITHOUT_EXAMPLE: &[&str] = &[
    "aliases-too-many",
    "environments-too-many",
    "file-too-big",
    "findings-left-out",
    "nesting-too-deep",
    "not-utf8",
    "unknown-environment",
];

#[test]
fn a_bad_example_yields_its_code_where_it_says_so_and_nothing_else() {
    for (code, _, page) in CODES {
        let Some(bad) = block(page, "bad") else {
            assert!(WITHOUT_EXAMPLE.contains(code), "`{code}` has no example");
            continue;
        };
        assert_eq!(found(bad), expected(bad), "{code}\n{bad}");
        assert!(expected(bad).iter().all(|(_, named)| named == code), "{code}");
    }
}

#[test]
fn a_good_example_yields_nothing() {
    for (code, _, page) in CODES {
        if let Some(good) = block(page, "good") {
            assert_eq!(found(good), [], "{code}\n{good}");
        }
    }
}

#[test]
fn a_page_begins_with_its_code_and_its_summary() {
    for (code, summary, page) in CODES {
        assert!(page.starts_with(&format!("# {code}\n\n{summary}\n\n")), "{code}");
    }
}

#[test]
fn codes_are_in_order_and_every_page_is_listed() {
    assert!(CODES.is_sorted_by(|one, other| one.0 < other.0));
    let listed: HashSet<String> = CODES.iter().map(|(code, ..)| format!("{code}.md")).collect();
    let pages = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/pages")).unwrap();
    let pages: HashSet<String> = pages.map(|page| page.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(listed, pages);
}

/// The first block of that kind.
fn block<'p>(page: &'p str, kind: &str) -> Option<&'p str> {
    let start = format!("```yaml {kind}\n");
    let from = page.find(&start)? + start.len();
    let length = page[from..].find("```")?;
    Some(&page[from..from + length])
}

/// Lines and codes that the text itself announces.
fn expected(text: &str) -> Vec<(usize, String)> {
    let code = |line: &str| Some(line.split_once("# error: [")?.1.split_once(']')?.0.to_owned());
    (1..).zip(text.lines()).filter_map(|(number, line)| Some((number, code(line)?))).collect()
}

/// Lines and codes that were found.
fn found(text: &str) -> Vec<(usize, String)> {
    let (sources, reading) = reading(text);
    let mut all: Vec<(usize, String)> = Vec::new();
    for found in &reading.diagnostics {
        let span = found.primary().unwrap();
        all.push((sources.get(span.file).unwrap().position(span.start).line, found.code.to_string()));
    }
    all
}
