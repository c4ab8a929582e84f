//! File sizes: 400 lines are many, 600 need a written reason.

use super::findings::Finding;
use crate::repository::Text;

const MANY: usize = 400;
const TOO_MANY: usize = 600;
const REASONS: &str = "xtask/tidy-allow.txt";

/// Files that are too long, and reasons for files that are not.
pub(super) fn check(texts: &[Text]) -> Vec<Finding> {
    let reasons = texts.iter().find(|text| text.path == REASONS).map_or("", |text| text.text.as_str());
    let allowed: Vec<(usize, &str, &str)> = reasons.lines().enumerate().filter_map(reason).collect();
    let mut findings = Vec::new();
    for text in texts.iter().filter(|text| text.path.ends_with(".rs")) {
        let lines = text.text.lines().count();
        let excused = allowed.iter().any(|(_, path, _)| *path == text.path);
        if lines > TOO_MANY && !excused {
            let what = format!("has {lines} lines; split it below {TOO_MANY}, or give the reason in {REASONS}");
            findings.push(Finding::error(&text.path, 0, what));
        } else if lines > MANY && !excused {
            findings.push(Finding::warning(&text.path, 0, format!("has {lines} lines; think of splitting it")));
        }
    }
    findings.extend(allowed.iter().filter_map(|entry| stale(entry, texts)));
    findings
}

/// `path: reason`, where the line is one.
fn reason((number, line): (usize, &str)) -> Option<(usize, &str, &str)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (path, reason) = line.split_once(':').unwrap_or((line, ""));
    Some((number + 1, path.trim(), reason.trim()))
}

fn stale((number, path, reason): &(usize, &str, &str), texts: &[Text]) -> Option<Finding> {
    let lines = texts.iter().find(|text| text.path == *path).map(|text| text.text.lines().count());
    let what = match lines {
        None => format!("excuses `{path}`, which is not there"),
        Some(lines) if lines <= TOO_MANY => format!("excuses `{path}`, which has only {lines} lines"),
        Some(_) if reason.is_empty() => format!("gives no reason for `{path}`; write `{path}: why`"),
        Some(_) => return None,
    };
    Some(Finding::error(REASONS, *number, what))
}

#[cfg(test)]
mod tests {
    use super::super::findings::told;
    use super::*;

    fn check_long(lines: usize, reasons: &str) -> Vec<String> {
        let long = Text { path: "a.rs".to_owned(), text: "//\n".repeat(lines) };
        told(&check(&[long, Text { path: REASONS.to_owned(), text: reasons.to_owned() }]))
    }

    #[test]
    fn a_long_file_is_warned_of_and_a_very_long_one_refused() {
        assert!(check_long(400, "").is_empty());
        assert_eq!(check_long(401, ""), ["warning: a.rs: has 401 lines; think of splitting it"]);
        assert_eq!(
            check_long(601, ""),
            ["error: a.rs: has 601 lines; split it below 600, or give the reason in xtask/tidy-allow.txt"]
        );
    }

    #[test]
    fn a_reason_excuses_and_has_to_be_true() {
        assert!(check_long(601, "# head\na.rs: one table\n").is_empty());
        assert_eq!(
            check_long(601, "a.rs\n"),
            ["error: xtask/tidy-allow.txt:1: gives no reason for `a.rs`; write `a.rs: why`"]
        );
        assert_eq!(check_long(10, "a.rs: x\nb.rs: y\n").len(), 2);
    }
}
