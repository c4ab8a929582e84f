//! How long files and functions are, as figures and as warnings.

use super::code::{blank, braces, line_of, without_tests};
use super::findings::Finding;
use crate::repository::Text;

/// Above this a function wants named steps.
const LONG: usize = 60;

/// A function outside tests.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Function {
    name: String,
    line: usize,
    lines: usize,
}

/// Functions that are too long to be read at a glance.
pub(super) fn check(texts: &[Text]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for text in sources(texts) {
        for function in functions(&text.text).into_iter().filter(|function| function.lines > LONG) {
            let what = format!("`{}` has {} lines; name its steps", function.name, function.lines);
            findings.push(Finding::warning(&text.path, function.line, what));
        }
    }
    findings
}

/// The figures in one paragraph.
pub(super) fn figures(texts: &[Text]) -> String {
    let mut files: Vec<usize> = sources(texts).map(|text| text.text.lines().count()).collect();
    let mut lengths: Vec<usize> =
        sources(texts).flat_map(|text| functions(&text.text)).map(|function| function.lines).collect();
    files.sort_unstable();
    lengths.sort_unstable();
    format!(
        "{} files outside tests: median {} lines, nine in ten up to {}, longest {}\n\
         {} functions outside tests: median {} lines, nine in ten up to {}, longest {}",
        files.len(),
        share(&files, 0.5),
        share(&files, 0.9),
        share(&files, 1.0),
        lengths.len(),
        share(&lengths, 0.5),
        share(&lengths, 0.9),
        share(&lengths, 1.0),
    )
}

fn sources(texts: &[Text]) -> impl Iterator<Item = &Text> {
    texts.iter().filter(|text| {
        text.path.ends_with(".rs") && !text.path.contains("/tests/") && !text.path.ends_with("/tests.rs")
    })
}

fn share(sorted: &[usize], share: f64) -> usize {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or_default()
}

fn functions(text: &str) -> Vec<Function> {
    let code = without_tests(&blank(text));
    code.match_indices("fn ").filter_map(|(at, _)| function(&code, at)).collect()
}

fn function(code: &str, at: usize) -> Option<Function> {
    if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let rest = &code[at + 3..];
    let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let body = at + 3 + body(rest)?;
    let end = braces(code, body).end;
    let lines = line_of(code, end - 1) - line_of(code, at) + 1;
    (!name.is_empty()).then(|| Function { name, line: line_of(code, at), lines })
}

/// Where the body begins; none for a declaration without one. A `;` within `[u8; 4]` ends nothing.
fn body(signature: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, byte) in signature.bytes().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if depth == 0 => return Some(at),
            b';' if depth == 0 => return None,
            _ => (),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::findings::told;
    use super::*;

    #[test]
    fn functions_are_measured_with_their_heads() {
        let text = "trait A { fn a(&self); }\nfn b(x: [u8; 4]) -> u8 {\n    x[0]\n}\nfn c() {}\n#[cfg(test)]\nmod t { fn d() {} }";
        let found: Vec<_> = functions(text).into_iter().map(|f| (f.name, f.line, f.lines)).collect();
        assert_eq!(found, [("b".to_owned(), 2, 3), ("c".to_owned(), 5, 1)]);
    }

    #[test]
    fn a_long_function_is_warned_of() {
        let text = |lines: usize| Text {
            path: "a.rs".to_owned(),
            text: format!("fn a() {{\n{}}}\n", "b();\n".repeat(lines - 2)),
        };
        assert!(check(&[text(60)]).is_empty());
        assert_eq!(told(&check(&[text(61)])), ["warning: a.rs:1: `a` has 61 lines; name its steps"]);
    }
}
