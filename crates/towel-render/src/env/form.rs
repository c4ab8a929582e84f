//! What a value has to look like.

use towel_model::VariableKind;

/// The form of a variable's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As the contract says.
    Of(VariableKind),
    /// It becomes part of URLs and commands, where other characters would mean something.
    LettersAndDigits,
}

impl Form {
    pub(super) fn fits(self, value: &str) -> bool {
        match self {
            Self::Of(VariableKind::Text) => true,
            Self::Of(VariableKind::Url) => is_url(value),
            Self::Of(VariableKind::Integer) => value.parse::<i64>().is_ok(),
            Self::Of(VariableKind::Boolean) => matches!(value, "true" | "false"),
            Self::Of(VariableKind::Port) => value.parse::<u16>().is_ok_and(|port| port > 0),
            Self::LettersAndDigits => value.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        }
    }

    /// With its article; none when everything fits.
    pub(super) const fn about(self) -> Option<&'static str> {
        match self {
            Self::Of(VariableKind::Text) => None,
            Self::Of(VariableKind::Url) => Some("a URL with a scheme"),
            Self::Of(VariableKind::Integer) => Some("a whole number"),
            Self::Of(VariableKind::Boolean) => Some("`true` or `false`"),
            Self::Of(VariableKind::Port) => Some("a port"),
            Self::LettersAndDigits => Some("letters and digits alone, since it becomes part of URLs"),
        }
    }
}

fn is_url(value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once("://") else { return false };
    let letters = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    letters && scheme.starts_with(|letter: char| letter.is_ascii_alphabetic()) && !rest.is_empty()
}
