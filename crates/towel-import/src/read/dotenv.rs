//! Files of `NAME=value` lines.

/// The variables of a file with their lines, from 1.
pub(crate) fn dotenv(text: &str) -> Vec<(usize, String, String)> {
    let lines = text.lines().enumerate();
    lines.filter_map(|(number, line)| pair(line).map(|(name, value)| (number + 1, name, value))).collect()
}

fn pair(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    if line.starts_with('#') || !crate::draft::is_variable(name) {
        return None;
    }
    let value = value.trim();
    let value = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => value[1..].split(quote).next().unwrap_or_default(),
        // A `#` after a blank begins a comment.
        _ => value.split(" #").next().unwrap_or_default().trim(),
    };
    let value = if value.starts_with('#') { "" } else { value };
    Some((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_quotes_and_export_are_understood() {
        let text = "# A=1\nexport B=2 # two\nC=\"x # y\"\n\nD='' # none\nE=\nnot a line\n";
        let found: Vec<_> = dotenv(text);
        let short: Vec<_> = found.iter().map(|(line, name, value)| format!("{line} {name}={value}")).collect();
        assert_eq!(short, ["2 B=2", "3 C=x # y", "5 D=", "6 E="]);
    }
}
