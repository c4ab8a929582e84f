//! `$NAME`, `${NAME:-default}` and their like, as Compose and shells write them.

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// As it is.
    Text(String),
    /// A variable.
    Variable {
        /// Its name.
        name: String,
        /// What stands after `:-` or `-`, not filled in itself.
        default: Option<String>,
    },
}

/// The pieces of a text; `$$` is a `$`.
pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        literal.push_str(before);
        let Some((piece, after)) = variable(after) else {
            literal.push('$');
            rest = after.strip_prefix('$').unwrap_or(after);
            continue;
        };
        if !literal.is_empty() {
            found.push(Piece::Text(std::mem::take(&mut literal)));
        }
        found.push(piece);
        rest = after;
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        found.push(Piece::Text(literal));
    }
    found
}

/// The variable that follows a `$`, and what stands after it.
fn variable(after: &str) -> Option<(Piece, &str)> {
    let length = |text: &str| {
        let begins = text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
        let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(text.len());
        if begins { end } else { 0 }
    };
    let Some(inside) = after.strip_prefix('{') else {
        let end = length(after);
        let piece = Piece::Variable { name: after[..end].to_owned(), default: None };
        return (end > 0).then(|| (piece, &after[end..]));
    };
    let end = length(inside);
    let close = closing(inside)?;
    if end == 0 || end > close {
        return None;
    }
    let operation = &inside[end..close];
    let word = operation.strip_prefix(':').unwrap_or(operation);
    let default = match word.chars().next() {
        Some('-') => Some(word[1..].to_owned()),
        // `${A:+b}` is `b` when A is set. Here it is not.
        Some('+') => Some(String::new()),
        _ => None,
    };
    Some((Piece::Variable { name: inside[..end].to_owned(), default }, &inside[close + 1..]))
}

/// Where the brace that was opened before `text` is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// A text with defaults in the place of variables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filled {
    /// The text.
    pub(crate) text: String,
    /// Variables whose defaults were taken.
    pub(crate) defaults: Vec<String>,
    /// Variables that have none; nothing stands in their place.
    pub(crate) missing: Vec<String>,
}

/// Takes the defaults of all variables.
pub(crate) fn fill(text: &str) -> Filled {
    let mut filled = Filled::default();
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => filled.text.push_str(&text),
            Piece::Variable { name, default: Some(default) } => {
                let inner = fill(&default);
                filled.text.push_str(&inner.text);
                filled.defaults.push(name);
                filled.missing.extend(inner.missing);
            }
            Piece::Variable { name, default: None } => filled.missing.push(name),
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_taken_even_within_each_other() {
        assert_eq!(fill("${A:-x}/$B/${C-${D:-y}}").text, "x//y");
        assert_eq!(fill("${A:-x}/$B").missing, ["B"]);
        assert_eq!(fill("$${A} a$b$").text, "${A} a$");
        assert_eq!(fill("${A:?say it}").missing, ["A"]);
        assert_eq!(fill("${A:+on}").text, "");
        assert_eq!(fill("100%$ ${").text, "100%$ ${");
    }
}
