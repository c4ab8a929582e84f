//! `docs/rules.md` lists every code.

use std::fmt::Write as _;
use std::path::Path;

use towel_check::{RULES, explanations};

#[test]
fn the_document_lists_every_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules.md");
    let expected = document();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == expected,
        "`docs/rules.md` differs from the pages; write it with `UPDATE=1 cargo test -p towel-check --test rules`"
    );
}

fn document() -> String {
    let mut text = "# What `towel check` finds\n\n\
        Generated from the pages; `UPDATE=1 cargo test -p towel-check --test rules` writes it again.\n\n\
        The severity is the worst one; several rules are milder outside production. `towel explain CODE` shows a\n\
        page: what is wrong, why it matters, the arithmetic, and an example.\n\n\
        | code | severity | fault |\n|---|---|---|\n"
        .to_owned();
    for explanation in explanations() {
        let code = explanation.code;
        let name = if RULES.iter().any(|rule| rule.code == code) {
            format!("[`{code}`](../crates/towel-check/src/rules/{code}.md)")
        } else {
            format!("`{code}`")
        };
        let summary = explanation.summary.replace('|', "\\|");
        writeln!(text, "| {name} | {} | {summary} |", explanation.severity.name()).unwrap();
    }
    text
}
