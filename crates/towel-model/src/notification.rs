//! Who hears of what.

use serde::{Deserialize, Serialize};
use towel_source::{Span, Spanned};

use crate::Template;
use crate::key::{Reader, keys};
use crate::reference::{Filled, Scope};
use crate::word::{Email, Text};

/// Who hears of one kind of event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// `critical`, `warning`, `info`, `deploys` or `watchdog`.
    pub of: Spanned<String>,
    /// Where it goes.
    pub to: Vec<Channel>,
}

/// Where a notification goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A Slack channel.
    Slack(Spanned<String>),
    /// An address.
    Email(Spanned<String>),
    /// A Discord webhook.
    Discord(Spanned<Template>),
    /// Any webhook.
    Webhook(Spanned<Template>),
}

keys! {
    /// Who hears of what. Each kind of event has a list of channels.
    NotifyKeys = "notify" {
        /// Alerts that wake somebody.
        critical: Vec<ChannelKeys>;
        /// Alerts that are read in working hours.
        warning: Vec<ChannelKeys>;
        /// Events for the record.
        info: Vec<ChannelKeys>;
        /// Deploys and rollbacks, how they ended and why.
        deploys: Vec<ChannelKeys>;
        /// Told all the time that alerting works: a dead-man's switch, which raises the alarm when it hears nothing.
        watchdog: Vec<ChannelKeys>;
    }
}

keys! {
    /// Where a notification goes: one of these.
    ChannelKeys = "channel" {
        /// A Slack channel, in quotes because of the `#`.
        slack: Spanned<Text>;
        /// An e-mail address.
        email: Spanned<Email>;
        /// A Discord webhook, from a secret: `"${secret.discord_webhook}"`.
        discord: Spanned<Filled>;
        /// Any webhook; it is sent JSON.
        webhook: Spanned<Filled>;
    }
}

impl NotifyKeys {
    pub(crate) fn build(self, reader: &mut Reader<'_>) -> Vec<Notification> {
        let kinds = [
            ("critical", self.critical),
            ("warning", self.warning),
            ("info", self.info),
            ("deploys", self.deploys),
            ("watchdog", self.watchdog),
        ];
        let mut notifications = Vec::new();
        for (of, channels) in kinds {
            let Some(channels) = channels else { continue };
            let span = channels.first().map_or(self.span, |channel| channel.span);
            let to: Vec<Channel> = channels.into_iter().filter_map(|channel| channel.build(reader)).collect();
            if !to.is_empty() {
                notifications.push(Notification { of: Spanned::new(of.to_owned(), span), to });
            }
        }
        notifications
    }
}

impl ChannelKeys {
    fn build(self, reader: &mut Reader<'_>) -> Option<Channel> {
        let Self { slack, email, discord, webhook, span } = self;
        let given: [(&str, Option<Span>); 4] = [
            ("slack", slack.as_ref().map(|it| it.span)),
            ("email", email.as_ref().map(|it| it.span)),
            ("discord", discord.as_ref().map(|it| it.span)),
            ("webhook", webhook.as_ref().map(|it| it.span)),
        ];
        if !reader.exactly_one("a channel", span, &given) {
            return None;
        }
        for url in [&discord, &webhook].into_iter().flatten() {
            reader.restrict(&url.as_ref().map(|url| url.0.clone()), &[Scope::Environment, Scope::Secret]);
        }
        slack
            .map(|it| Channel::Slack(it.map(|it| it.0)))
            .or_else(|| email.map(|it| Channel::Email(it.map(|it| it.0))))
            .or_else(|| discord.map(|it| Channel::Discord(it.map(|it| it.0))))
            .or_else(|| webhook.map(|it| Channel::Webhook(it.map(|it| it.0))))
    }
}
