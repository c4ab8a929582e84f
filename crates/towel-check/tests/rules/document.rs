//! `docs/rules.md` lists every code.

use std::fmt::Write as _;
use std::path::Path;

use towel_check::{Explanation, RULES, explanations};

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
        Generated from the pages; `UPDATE=1 cargo test -p towel-check --test rules` writes it again.\n\
        `towel explain CODE` shows a page: what is wrong, why it matters, the arithmetic, and an example.\n"
        .to_owned();
    let (rules, language): (Vec<_>, Vec<_>) =
        explanations().into_iter().partition(|one| RULES.iter().any(|rule| rule.code == one.code));
    text.push_str(
        "\n## Faults of the product\n\n\
        The file is understood, and its parts disagree. The severity is the worst one; several rules are milder\n\
        outside production.\n\n",
    );
    write_table(&rules, "towel-check/src/rules", &mut text);
    text.push_str("\n## Faults of the text\n\nThe file, or a part of it, is not understood.\n\n");
    write_table(&language, "towel-model/src/pages", &mut text);
    text
}

fn write_table(explanations: &[Explanation], folder: &str, text: &mut String) {
    text.push_str("| code | severity | fault |\n|---|---|---|\n");
    for Explanation { code, severity, summary } in explanations {
        let summary = summary.replace('|', "\\|");
        writeln!(text, "| [`{code}`](../crates/{folder}/{code}.md) | {} | {summary} |", severity.name()).unwrap();
    }
}
