//! A person is told all the time that alerting works.

use towel_model::{Channel, Stack};
use towel_source::{Diagnostic, Span};

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("watchdog-to-people", include_str!("watchdog-to-people.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let watchdogs = stack.notify.iter().filter(|notification| *notification.of == "watchdog");
    for channel in watchdogs.flat_map(|notification| &notification.to) {
        if let Some((what, span)) = people(channel) {
            found.push(
                RULE.found("people are told all the time that alerting works")
                    .at(span, format!("{what} is read by people, who notice no silence"))
                    .help("name a service that raises the alarm when it hears nothing: `webhook: \"${secret.heartbeat_url}\"`"),
            );
        }
    }
}

/// Where people read.
fn people(channel: &Channel) -> Option<(&'static str, Span)> {
    match channel {
        Channel::Slack(channel) => Some(("a Slack channel", channel.span)),
        Channel::Email(address) => Some(("an e-mail address", address.span)),
        Channel::Discord(url) => Some(("a Discord channel", url.span)),
        Channel::Webhook(_) => None,
    }
}
