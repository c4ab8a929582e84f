//! The lines of a `.env` file, as `towel up` reads them.

/// `NAME=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assignment<'a> {
    /// Counted from 1.
    pub(super) line: usize,
    pub(super) name: &'a str,
    pub(super) value: &'a str,
}

/// Comments, `export` and quotes around a value are understood; lines without `=` are nothing.
pub(super) fn assignments(text: &str) -> Vec<Assignment<'_>> {
    let lines = text.lines().enumerate().map(|(place, line)| (place + 1, line.trim()));
    let lines = lines.filter(|(_, line)| !line.starts_with('#'));
    lines.filter_map(|(line, text)| assignment(line, text)).collect()
}

fn assignment(line: usize, text: &str) -> Option<Assignment<'_>> {
    let text = text.strip_prefix("export ").unwrap_or(text);
    let (name, value) = text.split_once('=')?;
    Some(Assignment { line, name: name.trim(), value: unquoted(value.trim()) })
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inner;
        }
    }
    if value.starts_with('#') {
        return "";
    }
    value.split_once(" #").map_or(value, |(value, _)| value.trim_end())
}
