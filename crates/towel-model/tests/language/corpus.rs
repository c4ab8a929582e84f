//! Malformed files, each with the findings it announces in its first line: `# expect: CODE LINE:COLUMN, …`.

use towel_model::CODES;

use crate::shown::reading;

#[test]
fn every_malformed_file_yields_exactly_what_it_announces() {
    let mut files: Vec<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus"))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    files.sort_by_key(std::fs::DirEntry::file_name);
    let mut wrong = Vec::new();
    for file in &files {
        let text = std::fs::read_to_string(file.path()).unwrap();
        let announced =
            text.lines().next().and_then(|line| line.trim_start_matches('\u{FEFF}').strip_prefix("# expect: "));
        let found = found(&text);
        for code in found.split(", ").filter_map(|finding| finding.split(' ').next()) {
            assert!(CODES.iter().any(|(known, ..)| *known == code), "`{code}` has no page");
        }
        if announced != Some(found.as_str()) {
            wrong.push(format!(
                "{}\n  announced {}\n  found     {found}",
                file.path().display(),
                announced.unwrap_or("nothing")
            ));
        }
    }
    assert!(files.len() >= 60, "{} files", files.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn found(text: &str) -> String {
    let (sources, reading) = reading(text);
    let place = |found: &towel_source::Diagnostic| {
        let span = found.primary().unwrap();
        let place = sources.get(span.file).unwrap().position(span.start);
        format!("{} {}:{}", found.code, place.line, place.column)
    };
    reading.diagnostics.iter().map(place).collect::<Vec<_>>().join(", ")
}
