//! The address of a webhook, which is a secret, is written into the file.

use towel_model::{Channel, Reference, Stack, Template};
use towel_source::{Diagnostic, Spanned};

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("webhook-in-plain-text", include_str!("webhook-in-plain-text.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for channel in stack.notify.iter().flat_map(|notification| &notification.to) {
        match channel {
            Channel::Discord(url) if !holds_secret(url) => found.push(describe(url, "discord_webhook")),
            Channel::Webhook(url) if !holds_secret(url) && is_key(&url.text) => found.push(describe(url, "webhook")),
            Channel::Discord(_) | Channel::Webhook(_) | Channel::Slack(_) | Channel::Email(_) => {}
        }
    }
}

fn holds_secret(url: &Template) -> bool {
    url.references().any(|(to, _)| matches!(to, Reference::Secret(_)))
}

/// Whether knowing the address is all that it takes.
fn is_key(url: &str) -> bool {
    let known = ["hooks.slack.com/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/"];
    known.iter().any(|part| url.contains(part)) || url.split(['/', '?', '=', '&']).any(is_random)
}

/// As long and as mixed as what machines make.
fn is_random(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let letters = part.bytes().filter(u8::is_ascii_alphabetic).count();
    part.len() >= 24
        && digits >= 4
        && letters >= 4
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn describe(url: &Spanned<Template>, name: &str) -> Diagnostic {
    RULE.found("the address of a webhook is a secret in plain text")
        .at(url.span, "whoever reads this can write there")
        .help(format!("declare `{name}` under `secrets:` and write `${{secret.{name}}}`"))
}
