//! Texts as YAML: plain where nobody can mistake them, quoted elsewhere.

/// How a value stands in a block, `key: value`.
pub(super) fn in_block(text: &str) -> String {
    if is_plain(text) && !text.contains(" #") { text.to_owned() } else { quoted(text) }
}

/// How a value stands within `{ … }` or `[ … ]`.
pub(super) fn in_flow(text: &str) -> String {
    let safe = |letter: char| !matches!(letter, ',' | '[' | ']' | '{' | '}' | '#' | ':');
    if is_plain(text) && text.chars().all(safe) { text.to_owned() } else { quoted(text) }
}

/// A text that no reader of YAML takes for something else, as an environment variable's value must be.
pub(super) fn as_text(text: &str) -> String {
    if is_plain(text) && !is_other_type(text) { in_block(text) } else { quoted(text) }
}

fn is_plain(text: &str) -> bool {
    let first = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '/' | '.' | '$' | '_');
    let inner = |letter: char| !letter.is_control() && letter != '\u{FEFF}';
    text.starts_with(first)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && text.chars().all(inner)
        && !matches!(text.to_lowercase().as_str(), "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n")
}

/// Numbers of all YAML versions begin with a digit or a point.
fn is_other_type(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.')
}

pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            letter if letter.is_control() || letter == '\u{FEFF}' => {
                quoted.push_str(&format!("\\u{:04X}", u32::from(letter)));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use towel_source::{Sources, parse};

    use super::*;

    #[test]
    fn every_text_is_read_back_as_it_was() {
        let hard = [
            "", " a", "a ", "no", "~", "- a", "a: b", "a #b", "#a", "${x}", "{a}", "[a", "*a", "&a", "!a", "a\nb",
            "\"", "a\\b", "0o17", "1_000", "22:22", "a:", "%a", "@a", "`a`", "é", "\u{7}", "'", "null", "a, b", ">",
            "|", "?",
        ];
        for text in hard {
            for value in [in_block(text), as_text(text), format!("[{}]", in_flow(text))] {
                let mut sources = Sources::new();
                let file = sources.add("x", format!("key: {value}\n"));
                let (root, found) = parse(sources.get(file).unwrap());
                assert!(found.is_empty(), "{value}");
                let root = root.unwrap();
                let node = root.get("key").unwrap();
                let node = node.sequence().map_or(node, |items| &items[0]);
                assert_eq!(node.text(), Some(text), "{value}");
            }
        }
    }

    #[test]
    fn ordinary_texts_stay_plain() {
        assert_eq!(in_block("ghcr.io/acme/api:${version}"), "ghcr.io/acme/api:${version}");
        assert_eq!(in_flow("api.${env.domain}"), "\"api.${env.domain}\"");
        assert_eq!(as_text("3000"), "\"3000\"");
        assert_eq!(as_text("info"), "info");
    }
}
