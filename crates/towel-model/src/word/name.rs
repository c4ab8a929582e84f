//! Names: of services and the like (host names are made of them), of variables and of secrets.

use std::borrow::Cow;

use super::{About, Fault, Json, Word, words};

/// A name of which host names are made: a DNS label that begins with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name(pub(crate) String);

/// The name of an environment variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VariableName(pub(crate) String);

/// The name of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SecretName(pub(crate) String);

/// The name of a Prometheus metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MetricName(pub(crate) String);

words!(Name, VariableName, SecretName, MetricName);

impl Word for Name {
    fn about() -> About {
        About {
            article: Cow::Borrowed("a name"),
            code: "bad-name",
            examples: &["api", "checkin-backend"],
            json: Json::Pattern(Cow::Borrowed("[a-z]([-a-z0-9]{0,61}[a-z0-9])?")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        let starts = text.starts_with(|letter: char| letter.is_ascii_lowercase());
        if starts && text.len() <= 63 && text.chars().all(allowed) && !text.ends_with('-') {
            return Ok(Self(text.to_owned()));
        }
        let rules = "a name begins with a letter a–z, goes on with a–z, 0–9 or `-`, and has at most 63 characters";
        let plain: String =
            text.to_lowercase().chars().map(|letter| if allowed(letter) { letter } else { '-' }).collect();
        let plain = plain.trim_matches('-');
        let fault = Fault::form().help(rules);
        let good = plain.len() <= 63 && plain.starts_with(|letter: char| letter.is_ascii_lowercase());
        Err(Fault { fix: good.then(|| plain.to_owned()), ..fault })
    }
}

impl Word for VariableName {
    fn about() -> About {
        About {
            article: Cow::Borrowed("the name of a variable"),
            code: "bad-name",
            examples: &["NODE_ENV", "DATABASE_URL"],
            json: Json::Pattern(Cow::Borrowed("[A-Za-z_][A-Za-z0-9_]*")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        identifier(text, "a variable's name is made of letters, digits and `_`, and begins with no digit").map(Self)
    }
}

impl Word for SecretName {
    fn about() -> About {
        About {
            article: Cow::Borrowed("the name of a secret"),
            code: "bad-name",
            examples: &["jwt", "stripe_key"],
            json: Json::Pattern(Cow::Borrowed("[A-Za-z_][A-Za-z0-9_-]*")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let plain = text.replace('-', "_");
        identifier(&plain, "a secret's name is made of letters, digits, `_` and `-`, and begins with a letter")?;
        Ok(Self(text.to_owned()))
    }
}

impl Word for MetricName {
    fn about() -> About {
        About {
            article: Cow::Borrowed("the name of a metric"),
            code: "bad-name",
            examples: &["http_requests_total"],
            json: Json::Pattern(Cow::Borrowed("[A-Za-z_:][A-Za-z0-9_:]*")),
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let plain = text.replace(':', "_");
        identifier(&plain, "a metric's name is made of letters, digits, `_` and `:`, and begins with no digit")?;
        Ok(Self(text.to_owned()))
    }
}

fn identifier(text: &str, rules: &str) -> Result<String, Fault> {
    let begins = text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    if begins && text.len() <= 253 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Ok(text.to_owned());
    }
    Err(Fault::form().help(rules))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::about::shown;

    #[test]
    fn a_name_can_be_part_of_a_host_name() {
        let name = |text: &str| Name::parse(text).map(|name| name.0).map_err(|fault| fault.fix);
        assert_eq!(name("checkin-backend"), Ok("checkin-backend".to_owned()));
        assert_eq!(name("Backend API"), Err(Some("backend-api".to_owned())));
        assert_eq!(name("9lives"), Err(None));
        assert_eq!(name("a-"), Err(Some("a".to_owned())));
        assert_eq!(name(&"a".repeat(64)), Err(None));
        assert_eq!(name(""), Err(None));
    }

    #[test]
    fn variables_and_secrets_are_identifiers() {
        assert_eq!(shown("NODE_ENV", |name: VariableName| name.0), "NODE_ENV");
        assert!(VariableName::parse("NODE-ENV").is_err());
        assert!(VariableName::parse("1A").is_err());
        assert!(SecretName::parse("stripe-key").is_ok());
        assert!(SecretName::parse("a.b").is_err());
    }

    #[test]
    fn a_metrics_name_may_hold_colons() {
        assert!(MetricName::parse("job:http_requests:rate5m").is_ok());
        assert!(MetricName::parse("http-requests").is_err());
        assert!(MetricName::parse("5xx_total").is_err());
    }
}
