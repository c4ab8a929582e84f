//! Receivers: the channels of each kind of notification, and what is sent to them.

use towel_model::{Channel, EnvironmentField, Part, Reference, Stack, Template};

use crate::prometheus::ALERTMANAGER_SECRETS;
use crate::yaml::Map;

/// The receiver of what nobody wants to hear of.
pub(super) const NOBODY: &str = "nobody";

/// Kinds of notification that Alertmanager sends, the gravest first.
pub(super) const SEVERITIES: [&str; 3] = ["critical", "warning", "info"];
pub(super) const WATCHDOG: &str = "watchdog";

/// A value of the configuration: in the file itself, or in one that only Alertmanager has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Plain(String),
    File(String),
}

impl Value {
    /// A secret is in a file called like it. Where it is only a part of the text, the file holds the whole text and is
    /// called `whole`.
    pub(super) fn of(template: &Template, stack: &Stack, whole: &str) -> Self {
        if let Some(plain) = plain(template, stack) {
            return Self::Plain(plain);
        }
        let name = match template.parts.as_slice() {
            [Part::Reference { to: Reference::Secret(name), .. }] => name,
            _ => whole,
        };
        Self::File(format!("{ALERTMANAGER_SECRETS}/{name}"))
    }
}

/// The text, when there is no secret in it.
pub(super) fn plain(template: &Template, stack: &Stack) -> Option<String> {
    let environment = &stack.environment;
    let filled = template.fill(|to| match to {
        Reference::Environment(EnvironmentField::Name) => Ok(environment.name.to_string()),
        Reference::Environment(EnvironmentField::Domain) => {
            environment.domain_or_localhost().map(str::to_owned).ok_or(())
        }
        _ => Err(()),
    });
    filled.ok()
}

/// Whether a secret is only a part of the text.
pub(super) fn is_mixed(template: &Template) -> bool {
    let secret = |part: &Part| matches!(part, Part::Reference { to: Reference::Secret(_), .. });
    template.parts.len() > 1 && template.parts.iter().any(secret)
}

/// Kinds of notification that have channels, the gravest first and the Watchdog's last.
pub(super) fn told(stack: &Stack) -> impl Iterator<Item = (&'static str, &[Channel])> {
    SEVERITIES.into_iter().chain([WATCHDOG]).filter_map(move |kind| {
        let notification = stack.notify.iter().find(|notification| *notification.of == kind)?;
        (!notification.to.is_empty()).then_some((kind, notification.to.as_slice()))
    })
}

/// Who hears of a severity: its own channels, or those of the next that is less grave.
pub(super) fn of_severity(stack: &Stack, severity: &str) -> &'static str {
    let at = SEVERITIES.iter().position(|it| *it == severity).unwrap_or(0);
    let told: Vec<&str> = told(stack).map(|(kind, _)| kind).collect();
    SEVERITIES[at..].iter().find(|kind| told.contains(kind)).copied().unwrap_or(NOBODY)
}

/// All receivers.
pub(super) fn all(stack: &Stack) -> Vec<Map> {
    let mut receivers: Vec<Map> = told(stack).map(|(kind, channels)| receiver(kind, channels, stack)).collect();
    let is_needed = |kind: &str| told(stack).all(|(told, _)| told != kind);
    if SEVERITIES.iter().any(|severity| of_severity(stack, severity) == NOBODY) || is_needed(WATCHDOG) {
        receivers.push(
            Map::new()
                .comment("Alerts for the record: they are seen in Prometheus and sent nowhere.")
                .with("name", NOBODY),
        );
    }
    receivers
}

fn receiver(kind: &'static str, channels: &[Channel], stack: &Stack) -> Map {
    let (mut slack, mut mail, mut discord, mut webhook) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // A dead-man's switch hears nothing of an end: silence is its alarm.
    let resolved = kind != WATCHDOG;
    for (place, channel) in (1..).zip(channels) {
        let whole = |what: &str| format!("{kind}_{what}_{place}");
        match channel {
            Channel::Slack(channel) => slack.push(to_slack(channel, resolved)),
            Channel::Email(address) => mail.push(to_mail(address, stack, resolved)),
            Channel::Discord(url) => discord.push(to_discord(&Value::of(url, stack, &whole("discord")), resolved)),
            Channel::Webhook(url) => webhook.push(to_webhook(&Value::of(url, stack, &whole("webhook")), resolved)),
        }
    }
    Map::new()
        .with("name", kind)
        .unless_empty("slack_configs", slack)
        .unless_empty("email_configs", mail)
        .unless_empty("discord_configs", discord)
        .unless_empty("webhook_configs", webhook)
}

/// `[CRITICAL] ApiDown · production (2)`, and `[ENDED]` when it is over.
const TITLE: &str = "[{{ if eq .Status \"firing\" }}{{ .CommonLabels.severity | toUpper }}{{ else }}ENDED{{ end }}] \
                     {{ .CommonLabels.alertname }} · {{ .CommonLabels.environment }}\
                     {{ if gt (len .Alerts) 1 }} ({{ len .Alerts }}){{ end }}";

/// Each alert in a paragraph, with the runbook where a person reads on.
const SLACK_TEXT: &str = "{{ range .Alerts }}*{{ .Annotations.summary }}*\n\
                          {{ .Annotations.description }}\n\
                          {{ if .Labels.team }}Team {{ .Labels.team }} · {{ end }}{{ .Annotations.runbook_url }}\n\
                          {{ end }}";

const DISCORD_TEXT: &str = "{{ range .Alerts }}**{{ .Annotations.summary }}**\n\
                            {{ .Annotations.description }}\n\
                            {{ if .Labels.team }}Team {{ .Labels.team }} · {{ end }}{{ .Annotations.runbook_url }}\n\
                            {{ end }}";

const MAIL_TEXT: &str = "{{ range .Alerts }}{{ .Annotations.summary }}\n\
                         {{ .Annotations.description }}\n\
                         {{ if .Labels.team }}Team: {{ .Labels.team }}\n{{ end }}\
                         Since: {{ .StartsAt.UTC.Format \"2006-01-02 15:04:05\" }} UTC\n\
                         Runbook: {{ .Annotations.runbook_url }}\n\
                         \n\
                         {{ end }}";

fn to_slack(channel: &str, resolved: bool) -> Map {
    Map::new()
        .with("channel", channel.to_owned())
        .with("send_resolved", resolved)
        .with("title", TITLE)
        .with("text", SLACK_TEXT)
        .with(
            "color",
            "{{ if ne .Status \"firing\" }}good{{ else if eq .CommonLabels.severity \"critical\" }}danger{{ else }}warning{{ end }}",
        )
}

fn to_mail(address: &str, stack: &Stack, resolved: bool) -> Map {
    let mail = Map::new()
        .with("to", address.to_owned())
        .with("send_resolved", resolved)
        .with("headers", Map::new().with("Subject", TITLE))
        // Without it, Alertmanager adds its own HTML to the text.
        .with("html", "")
        .with("text", MAIL_TEXT);
    let local = stack.mail.as_ref().is_some_and(|mail| mail.server.starts_with("localhost:"));
    if local { mail.with("require_tls", false) } else { mail }
}

fn to_discord(url: &Value, resolved: bool) -> Map {
    let discord = match url {
        Value::Plain(url) => Map::new().with("webhook_url", url.clone()),
        Value::File(path) => Map::new().with("webhook_url_file", path.clone()),
    };
    discord.with("send_resolved", resolved).with("title", TITLE).with("message", DISCORD_TEXT)
}

fn to_webhook(url: &Value, resolved: bool) -> Map {
    let webhook = match url {
        Value::Plain(url) => Map::new().with("url", url.clone()),
        Value::File(path) => Map::new().with("url_file", path.clone()),
    };
    webhook.with("send_resolved", resolved)
}
