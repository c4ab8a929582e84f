//! What becomes of each key in the target `alertmanager`.

use towel_model::{Alert, Channel, Severity, Stack};

use super::receiver::{NOBODY, is_mixed, of_severity, plain, told};
use crate::alarm::severity;
use crate::prometheus::{ALERTMANAGER_SECRETS, SLACK_SECRET};
use crate::{Fact, Key, Treatment};

/// What becomes of `fact`.
pub(super) fn of(fact: &Fact<'_>) -> Treatment {
    let stack: &Stack = fact.stack;
    match fact.key {
        Key::Notify => notify(fact),
        Key::Mail => mail(stack),
        Key::Domain => urls_with("env.domain", stack),
        // Promises and probes have critical alerts.
        Key::Availability | Key::Probe => unheard("critical", stack),
        Key::Alert => {
            let declared = stack.alerts.iter().find(|alert| *alert.name == fact.subject);
            declared.map_or(Treatment::Elsewhere, |alert: &Alert| match *alert.severity {
                Severity::Info => Treatment::Elsewhere,
                grave => unheard(severity(grave), stack),
            })
        }
        Key::Description
        | Key::Owner
        | Key::Repository
        | Key::Timezone
        | Key::Team
        | Key::Budget
        | Key::Context
        | Key::Namespace
        | Key::After
        | Key::Approval
        | Key::Listen
        | Key::Tls
        | Key::Ingress
        | Key::Client
        | Key::ServiceOwner
        | Key::ServiceDescription
        | Key::Stack
        | Key::Source
        | Key::Image
        | Key::Run
        | Key::Port
        | Key::Live
        | Key::Ready
        | Key::Start
        | Key::Metrics
        | Key::Needs
        | Key::Pool
        | Key::Variables
        | Key::Cpu
        | Key::Memory
        | Key::Replicas
        | Key::ScaleOn
        | Key::Drain
        | Key::Stop
        | Key::Host
        | Key::Path
        | Key::Websocket
        | Key::Sticky
        | Key::RateLimit
        | Key::Strategy
        | Key::Steps
        | Key::Bake
        | Key::Deadline
        | Key::Surge
        | Key::Before
        | Key::Smoke
        | Key::OnInsufficient
        | Key::Latency
        | Key::Traffic
        | Key::Kind
        | Key::Version
        | Key::Servers
        | Key::Storage
        | Key::MaxConnections
        | Key::BackupEvery
        | Key::BackupTakes
        | Key::BackupKeep
        | Key::BackupTo
        | Key::Rpo
        | Key::Rto
        | Key::Drill
        | Key::Managed
        | Key::BackupStore
        | Key::Secret
        | Key::Rotate
        | Key::Generate
        | Key::Freeze
        | Key::During => Treatment::Elsewhere,
    }
}

fn notify(fact: &Fact<'_>) -> Treatment {
    let Some(notification) = fact.notification() else { return Treatment::Elsewhere };
    // Deploys are no alerts; whoever ships tells of them.
    if *notification.of == "deploys" {
        return Treatment::Elsewhere;
    }
    let mut how = Vec::new();
    if notification.to.iter().any(|channel| matches!(channel, Channel::Slack(_))) {
        how.push(format!("the URL of Slack's incoming webhook is read from `{ALERTMANAGER_SECRETS}/{SLACK_SECRET}`"));
    }
    let urls = notification.to.iter().filter_map(|channel| match channel {
        Channel::Discord(url) | Channel::Webhook(url) => Some(&url.value),
        Channel::Slack(_) | Channel::Email(_) => None,
    });
    if urls.into_iter().any(is_mixed) {
        how.push(
            "a secret is only a part of a URL, so the file that Alertmanager reads holds the whole URL".to_owned(),
        );
    }
    if how.is_empty() { Treatment::Kept } else { Treatment::approximated(how.join("; ")) }
}

fn mail(stack: &Stack) -> Treatment {
    let Some(mail) = &stack.mail else { return Treatment::Elsewhere };
    let hidden = mail.user.as_ref().is_some_and(|user| plain(user, stack).is_none());
    if hidden {
        return Treatment::approximated(
            "Alertmanager reads no user name from a file, so it does not log in with a secret one",
        );
    }
    Treatment::Kept
}

fn urls_with(reference: &str, stack: &Stack) -> Treatment {
    let texts = told(stack).flat_map(|(_, channels)| channels).filter_map(|channel| match channel {
        Channel::Discord(url) | Channel::Webhook(url) => Some(url.value.clone()),
        Channel::Slack(_) | Channel::Email(_) => None,
    });
    let plainly = |url: &towel_model::Template| url.text.contains(reference) && plain(url, stack).is_some();
    if texts.into_iter().any(|url| plainly(&url)) { Treatment::Kept } else { Treatment::Elsewhere }
}

/// An alert that reaches nobody is worth a word.
fn unheard(severity: &str, stack: &Stack) -> Treatment {
    if of_severity(stack, severity) == NOBODY {
        return Treatment::dropped(format!(
            "`notify:` tells nobody of `{severity}`, so its alert is seen in Prometheus alone"
        ));
    }
    Treatment::Elsewhere
}
