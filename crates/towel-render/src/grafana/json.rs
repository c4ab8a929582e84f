//! JSON as a person would write it: what fits stands on one line, what does not has a line for each entry.

use serde_json::Value;

/// Characters in a line.
const WIDTH: usize = 120;

/// The whole document, with a line break at its end.
pub(super) fn text(document: &Value) -> String {
    let mut out = String::with_capacity(16 * 1024);
    write(document, 0, 0, &mut out);
    out.push('\n');
    out
}

/// Writes `value` at a depth, `before` characters into its line.
fn write(value: &Value, depth: usize, before: usize, out: &mut String) {
    let start = out.len();
    let room = WIDTH.saturating_sub(2 * depth + before + 1);
    if inline(value, start + room, out) {
        return;
    }
    out.truncate(start);
    match value {
        Value::Array(items) => {
            let entries = items.iter().map(|item| (None, item));
            block(('[', ']'), entries, depth, out);
        }
        Value::Object(map) => {
            let entries = map.iter().map(|(key, value)| (Some(key.as_str()), value));
            block(('{', '}'), entries, depth, out);
        }
        scalar => push(scalar, out),
    }
}

fn block<'v>(
    (open, close): (char, char),
    entries: impl Iterator<Item = (Option<&'v str>, &'v Value)>,
    depth: usize,
    out: &mut String,
) {
    out.push(open);
    for (place, (key, value)) in entries.enumerate() {
        out.push_str(if place == 0 { "\n" } else { ",\n" });
        out.extend(std::iter::repeat_n(' ', 2 * (depth + 1)));
        let start = out.len();
        if let Some(key) = key {
            string(key, out);
            out.push_str(": ");
        }
        let before = out.len() - start;
        write(value, depth + 1, before, out);
    }
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', 2 * depth));
    out.push(close);
}

/// Writes `value` on one line; gives up, with a part of it written, when `out` gets longer than `end`.
fn inline(value: &Value, end: usize, out: &mut String) -> bool {
    match value {
        Value::Array(items) => {
            out.push('[');
            let all = items.iter().enumerate().all(|(place, item)| {
                out.push_str(if place == 0 { "" } else { ", " });
                inline(item, end, out)
            });
            out.push(']');
            all && out.len() <= end
        }
        Value::Object(map) if map.is_empty() => {
            out.push_str("{}");
            out.len() <= end
        }
        Value::Object(map) => {
            out.push_str("{ ");
            let all = map.iter().enumerate().all(|(place, (key, value))| {
                out.push_str(if place == 0 { "" } else { ", " });
                string(key, out);
                out.push_str(": ");
                inline(value, end, out)
            });
            out.push_str(" }");
            all && out.len() <= end
        }
        scalar => {
            push(scalar, out);
            out.len() <= end
        }
    }
}

fn push(scalar: &Value, out: &mut String) {
    match scalar {
        Value::String(text) => string(text, out),
        other => out.push_str(&other.to_string()),
    }
}

fn string(text: &str, out: &mut String) {
    out.push('"');
    let mut plain = 0;
    for (place, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\t' => "\\t",
            control if control < b' ' => " ",
            _ => continue,
        };
        out.push_str(&text[plain..place]);
        out.push_str(escaped);
        plain = place + 1;
    }
    out.push_str(&text[plain..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::text;

    #[test]
    fn what_fits_stands_on_one_line() {
        let document = json!({ "a": [1, 2.5, null], "b": {}, "c": [], "long": ["x".repeat(70), "y".repeat(70)] });
        let (x, y) = ("x".repeat(70), "y".repeat(70));
        let expected = format!(
            "{{\n  \"a\": [1, 2.5, null],\n  \"b\": {{}},\n  \"c\": [],\n  \"long\": [\n    \"{x}\",\n    \"{y}\"\n  ]\n}}\n"
        );
        assert_eq!(text(&document), expected);
    }

    #[test]
    fn it_reads_back_as_it_was() {
        let document =
            json!({ "text": "a \"b\" \\ c\nd\té · {}", "list": [{ "deep": [[true], { "": "x".repeat(200) }] }] });
        assert_eq!(serde_json::from_str::<Value>(&text(&document)).unwrap(), document);
    }
}
