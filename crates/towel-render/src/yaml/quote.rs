//! When text has to stand in quotes so that every reader of YAML, 1.1 or 1.2, takes it for text.

/// Words that some reader takes for something else than text.
const WORDS: [&str; 13] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<", ""];

/// Writes `text` as a scalar on one line, outside of `[…]`.
pub(super) fn scalar(text: &str, out: &mut String) {
    if is_plain(text) { out.push_str(text) } else { in_quotes(text, out) }
}

/// Writes `text` as a scalar on one line, within `[…]`.
pub(super) fn scalar_in_row(text: &str, out: &mut String) {
    let plain = is_plain(text) && !text.contains([',', '[', ']', '{', '}']);
    if plain { out.push_str(text) } else { in_quotes(text, out) }
}

/// Whether `text` is itself without quotes, for every reader, in block style.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    bytes.iter().all(|byte| (0x20..0x7f).contains(byte))
        && !b",[]{}\"-?:!&*|>'%@`# =~<".contains(first)
        && !b" :".contains(last)
        && !text.contains(": ")
        && !text.contains(" #")
        && !looks_like_number_or_date(bytes)
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Numbers in any notation, times in base 60, dates, infinities: all begin with a digit, a sign or a point, and
/// hold nothing but what a number or date may hold.
fn looks_like_number_or_date(bytes: &[u8]) -> bool {
    let Some(first) = bytes.first() else { return false };
    if !first.is_ascii_digit() && !b"+-.".contains(first) {
        return false;
    }
    let of_a_number = |byte: &u8| byte.is_ascii_hexdigit() || b"+-._:xXoOtTzZ \t".contains(byte);
    bytes.iter().all(of_a_number) || is_special(bytes)
}

fn is_special(bytes: &[u8]) -> bool {
    let unsigned = match bytes {
        [b'+' | b'-', rest @ ..] => rest,
        all => all,
    };
    [".inf", ".nan"].iter().any(|word| unsigned.eq_ignore_ascii_case(word.as_bytes()))
}

/// Single quotes where they spare escapes, double quotes where escapes are needed.
fn in_quotes(text: &str, out: &mut String) {
    let printable = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if printable && text.contains(['"', '\\']) && !text.contains('\'') {
        out.push('\'');
        out.push_str(text);
        out.push('\'');
    } else {
        in_double_quotes(text, out);
    }
}

fn in_double_quotes(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            // Readers disagree on which of these are line breaks or may stand in a file at all.
            '\0'..='\x1f' | '\x7f'..='\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}'..='\u{ffff}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}
