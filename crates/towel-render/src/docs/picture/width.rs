//! How wide text gets, without a font at hand: never less than in the widest of the usual ones.

/// Width in pixels at a size in pixels.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|letter| share(letter) * size).sum()
}

/// The same in bold.
pub(super) fn bold_width(text: &str, size: f64) -> f64 {
    width(text, size) * 1.12
}

/// As shares of the font's size, measured on DejaVu Sans and Verdana and rounded up.
const fn share(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | '\'' | '|' => 0.30,
        '.' | ',' | ':' | ';' | ' ' | '!' | 'I' | 'f' | 't' | '(' | ')' | '[' | ']' | '/' | '-' | '·' => 0.42,
        'r' | 's' | 'c' | 'z' | 'J' => 0.55,
        'm' | 'M' | 'W' | '%' | '@' | '…' => 1.0,
        'w' | '×' | '–' | '—' | '+' | '=' | '<' | '>' | '~' | 'O' | 'Q' | 'G' | 'D' | 'H' | 'N' | 'U' => 0.84,
        'a'..='z' | '0'..='9' | '_' | '?' | '"' => 0.65,
        ' '..='~' => 0.75,
        // Other scripts may be as wide as they are high.
        _ => 1.0,
    }
}

/// The longest beginning that fits, with an ellipsis when something was cut.
pub(super) fn cut(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = width("…", size);
    for letter in text.chars() {
        used += share(letter) * size;
        if used > room {
            break;
        }
        kept.push(letter);
    }
    format!("{}…", kept.trim_end_matches([' ', ',', ';', ':']))
}

/// Lines of at most `room`, at most `most` of them; the last one is cut when there is more.
pub(super) fn wrap(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut words = text.split_whitespace().peekable();
    while words.peek().is_some() && lines.len() < most {
        if lines.len() + 1 == most {
            let rest: Vec<&str> = words.by_ref().collect();
            lines.push(cut(&rest.join(" "), size, room));
            break;
        }
        let mut line = words.next().unwrap_or_default().to_owned();
        while let Some(next) = words.next_if(|next| width(&format!("{line} {next}"), size) <= room) {
            line = format!("{line} {next}");
        }
        lines.push(cut(&line, size, room));
    }
    lines
}
