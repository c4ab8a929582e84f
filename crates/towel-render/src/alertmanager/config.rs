//! `alertmanager.yaml`: who is told of which alert, when, and how it reads.

use towel_model::{Channel, Stack};

use super::{hidden, receiver, route};
use crate::alarm::Alarm;
use crate::prometheus::{ALERTMANAGER_SECRETS, SLACK_SECRET};
use crate::yaml::{Map, Yaml};

/// The whole configuration.
pub(super) fn document(stack: &Stack, alarms: &[Alarm]) -> Yaml {
    Map::new()
        .with("global", global(stack))
        .blank()
        .with("route", route::tree(stack))
        .blank()
        .comment("What a graver alert explains is not told beside it.")
        .unless_empty("inhibit_rules", hidden::rules(alarms))
        .blank()
        .with("receivers", receiver::all(stack))
        .into()
}

fn global(stack: &Stack) -> Map {
    let mut global = Map::new().with("resolve_timeout", "5m");
    let channels = || receiver::told(stack).flat_map(|(_, channels)| channels);
    if channels().any(|channel| matches!(channel, Channel::Slack(_))) {
        global = global
            .comment("Holds the URL of an incoming webhook of the Slack workspace.")
            .with("slack_api_url_file", format!("{ALERTMANAGER_SECRETS}/{SLACK_SECRET}"));
    }
    let Some(mail) = &stack.mail else { return global };
    global = global.with("smtp_from", mail.from.to_string()).with("smtp_smarthost", mail.server.to_string());
    if let Some(user) = mail.user.as_ref().and_then(|user| receiver::plain(user, stack)) {
        global = global.with("smtp_auth_username", user);
    }
    match mail.password.as_ref().map(|password| receiver::Value::of(password, stack, "smtp_password")) {
        Some(receiver::Value::File(path)) => global.with("smtp_auth_password_file", path),
        Some(receiver::Value::Plain(password)) => global.with("smtp_auth_password", password),
        None => global,
    }
}
