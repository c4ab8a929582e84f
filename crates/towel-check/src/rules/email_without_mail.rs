//! Somebody is to be told by e-mail, and nothing says how mail is sent.

use towel_model::{Channel, Class, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("email-without-mail", include_str!("email-without-mail.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    // A developer's machine catches mail and sends none.
    if stack.mail.is_some() || *stack.environment.class == Class::Dev {
        return;
    }
    let first = stack.notify.iter().flat_map(|notification| &notification.to).find_map(|channel| match channel {
        Channel::Email(address) => Some(address),
        Channel::Slack(_) | Channel::Discord(_) | Channel::Webhook(_) => None,
    });
    if let Some(address) = first {
        found.push(
            RULE.found(format!("no mail reaches `{address}`"))
                .at(address.span, "nothing says which server takes mail")
                .help("add `mail: { from: alerts@DOMAIN, server: \"HOST:587\", user: NAME, password: \"${secret.smtp_password}\" }`"),
        );
    }
}
