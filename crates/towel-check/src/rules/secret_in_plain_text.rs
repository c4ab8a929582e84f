//! A secret is written into the file.

use towel_model::{Class, Stack, Template, Variable};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("secret-in-plain-text", include_str!("secret-in-plain-text.md"), examine);

/// Names of variables end with one of these when they hold a secret; `TOKEN_TTL` does not.
const ENDINGS: [&str; 10] = [
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "TOKEN",
    "API_KEY",
    "APIKEY",
    "SECRET_KEY",
    "PRIVATE_KEY",
    "ACCESS_KEY",
];

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(mail_password(stack));
    for service in &stack.services {
        for variable in &service.env {
            let Some(value) = &variable.value else { continue };
            let Some(reason) = reason(variable, value) else { continue };
            let message = format!("`{}` of `{}` is a secret in plain text", variable.name, service.name);
            // Made-up credentials are common on a developer's machine.
            let made_up = *stack.environment.class == Class::Dev;
            let diagnostic = if made_up { RULE.suspected(message) } else { RULE.found(message) };
            found.push(
                diagnostic
                    .at(value.span, reason)
                    .note("whoever can read the repository has it, and so has every copy of its history")
                    .help(format!(
                        "declare `{0}` under `secrets:` and write `${{secret.{0}}}`",
                        variable.name.to_lowercase()
                    )),
            );
        }
    }
}

/// The password of the server that takes mail.
fn mail_password(stack: &Stack) -> Option<Diagnostic> {
    let password = stack.mail.as_ref()?.password.as_ref().filter(|text| text.references().next().is_none())?;
    Some(
        RULE.found("the password for mail is a secret in plain text")
            .at(password.span, "`password` says that it is secret")
            .note("whoever can read the repository has it, and so has every copy of its history")
            .help("declare `smtp_password` under `secrets:` and write `${secret.smtp_password}`"),
    )
}

fn reason(variable: &Variable, value: &Template) -> Option<&'static str> {
    // `${…}` stands for something kept elsewhere.
    if value.text.is_empty() || value.references().next().is_some() {
        return None;
    }
    let name = variable.name.to_uppercase();
    if ENDINGS.iter().any(|ending| name == *ending || name.ends_with(&format!("_{ending}"))) {
        Some("the name says that it is secret")
    } else if has_password(&value.text) {
        Some("a URL with a password in it")
    } else if value.text.contains("PRIVATE KEY-----") {
        Some("a private key")
    } else {
        None
    }
}

/// `scheme://user:password@host`.
fn has_password(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let Some((user, _)) = authority.rsplit_once('@') else { return false };
    user.split_once(':').is_some_and(|(_, password)| !password.is_empty())
}

#[cfg(test)]
mod tests {
    use super::has_password;

    #[test]
    fn only_a_url_with_a_password_counts() {
        assert!(has_password("postgres://shop:hunter2@db:5432/shop"));
        assert!(!has_password("postgres://shop@db:5432/shop"));
        assert!(!has_password("https://example.com/a:b@c"));
        assert!(!has_password("a:b@c"));
    }
}
