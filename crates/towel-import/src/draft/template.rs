//! Text in towel's notation: `${…}` refers to something, `$${` is literal.

/// Literal text, so that no `$` in it is taken for a reference.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        escaped.push(letter);
        if letter == '$' && matches!(letters.peek(), Some('$' | '{')) {
            escaped.push('$');
        }
    }
    escaped
}

/// What stands between `${` and `}` in each reference.
pub(crate) fn references(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('$') {
        if let Some(after) = after.strip_prefix('$') {
            rest = after;
        } else if let Some((inside, after)) = after.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
            found.push(inside);
            rest = after;
        } else {
            rest = after;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_dollar_stays_literal() {
        assert_eq!(escape("a$b"), "a$b");
        assert_eq!(escape("${HOME}"), "$${HOME}");
        assert_eq!(escape("a$$b"), "a$$$b");
        assert!(references(&escape("${HOME} $${x} $$")).is_empty());
        assert_eq!(references("http://${api.host}:${api.port}/$${x}"), ["api.host", "api.port"]);
    }
}
