//! Names that towel accepts, made of those that others use.

use std::collections::BTreeMap;

/// A name of which host names are made: lower-case letters, digits and `-`, beginning with a letter.
pub(crate) fn name(text: &str) -> String {
    let text = text.rsplit('/').next().unwrap_or(text).to_lowercase();
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        let letter = if letter.is_ascii_alphanumeric() { letter } else { '-' };
        if letter != '-' || !plain.ends_with('-') {
            plain.push(letter);
        }
    }
    let plain = plain.trim_matches('-');
    let plain: String = match plain.chars().next() {
        None => "part".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("n{plain}"),
        Some(_) => plain.to_owned(),
    };
    let plain = plain.chars().take(60).collect::<String>().trim_end_matches('-').to_owned();
    // These begin references of their own.
    if matches!(plain.as_str(), "env" | "secret" | "version") { format!("{plain}-service") } else { plain }
}

/// The secret behind a variable: its name in small letters.
pub(crate) fn secret_name(variable: &str) -> String {
    let plain: String =
        variable.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
    let plain = plain.to_lowercase();
    if plain.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_') {
        plain
    } else {
        format!("secret_{plain}")
    }
}

/// Whether an environment variable can be called so.
pub(crate) fn is_variable(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && text.len() <= 253
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether a secret can be called so.
pub(crate) fn is_secret(text: &str) -> bool {
    is_variable(&text.replace('-', "_"))
}

/// The part of a variable's name after the last occurrence of one of `ends`, e.g. `DB_` and `HOST` of `DB_HOST`.
pub(crate) fn tail<'n, 'e>(name: &'n str, ends: &[&'e str]) -> Option<(&'n str, &'e str)> {
    ends.iter().find_map(|end| Some((name.strip_suffix(end)?, *end)))
}

/// Others' names and what they became, each different from all others.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    given: BTreeMap<String, String>,
}

impl Names {
    /// The name for `original`; the same one when it is asked for again.
    pub(crate) fn give(&mut self, original: &str) -> String {
        if let Some(known) = self.given.get(original) {
            return known.clone();
        }
        let base = name(original);
        let free = |candidate: &String| !self.given.values().any(|taken| taken == candidate);
        let numbered = (2..).map(|number| format!("{base}-{number}"));
        let mut candidates = std::iter::once(base.clone()).chain(numbered);
        let chosen = candidates.find(free).expect("numbers do not end");
        self.given.insert(original.to_owned(), chosen.clone());
        chosen
    }

    /// Whether nothing is called so yet.
    pub(crate) fn is_free(&self, name: &str) -> bool {
        !self.given.contains_key(name) && self.given.values().all(|taken| taken != name)
    }

    /// What `original` became, if it was met.
    pub(crate) fn get(&self, original: &str) -> Option<&str> {
        self.given.get(original).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_parts_of_host_names() {
        assert_eq!(name("Backend_API"), "backend-api");
        assert_eq!(name("@acme/web--app"), "web-app");
        assert_eq!(name("2fa"), "n2fa");
        assert_eq!(name("___"), "part");
        assert_eq!(name("env"), "env-service");
    }

    #[test]
    fn two_names_never_become_one() {
        let mut names = Names::default();
        assert_eq!(names.give("my_api"), "my-api");
        assert_eq!(names.give("my-api"), "my-api-2");
        assert_eq!(names.give("my_api"), "my-api");
    }
}
