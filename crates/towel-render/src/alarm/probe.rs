//! Alerts about what is asked from outside, and about certificates.

use std::time::Duration;

use towel_model::{EngineKind, EnvironmentField, OutsideProbe, Reference, Severity, Stack, Template};

use super::case::Scene;
use super::metric::quoted;
use super::{Alarm, Firing, Kind};
use crate::names;
use crate::prometheus::job::PROBES;

/// A probe whose URL is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked<'a> {
    pub(crate) url: String,
    pub(crate) probe: &'a OutsideProbe,
}

/// The probes of an environment that can be asked from outside. A machine's own `localhost` cannot.
pub(crate) fn asked(stack: &Stack) -> impl Iterator<Item = Asked<'_>> {
    let mut seen = std::collections::HashSet::new();
    let each = stack.probes.iter().filter_map(|probe| Some(Asked { url: resolved(&probe.url, stack)?, probe }));
    each.filter(|asked| !is_localhost(host(&asked.url))).filter(move |asked| seen.insert(asked.url.clone()))
}

/// A text that holds nothing but facts of the environment.
pub(crate) fn resolved(template: &Template, stack: &Stack) -> Option<String> {
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

/// Whether it is the machine itself, whatever asks.
pub(crate) fn is_localhost(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]"
}

/// The host of a URL.
pub(crate) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    if authority.starts_with('[') { authority } else { authority.split(':').next().unwrap_or(authority) }
}

/// Adds the alerts about probes and certificates.
pub(super) fn alarms(stack: &Stack, alarms: &mut Vec<Alarm>) {
    alarms.extend(asked(stack).map(|asked| failing(&asked)));
    if asked(stack).any(|asked| asked.url.starts_with("https:")) {
        let series = format!("probe_ssl_earliest_cert_expiry{{job=\"{PROBES}\"}}");
        let fed = format!("probe_ssl_earliest_cert_expiry{{job=\"{PROBES}\", instance=\"https://shop.example/\"}}");
        alarms.extend(expiring("Served", "instance", "https://shop.example/", &series, &fed));
    }
    if *stack.environment.engine == EngineKind::Kubernetes {
        let metric = "certmanager_certificate_expiration_timestamp_seconds";
        let matcher = format!("namespace=\"{}\"", names::namespace(stack));
        let (series, fed) = (format!("{metric}{{{matcher}}}"), format!("{metric}{{{matcher}, name=\"shop-tls\"}}"));
        alarms.extend(expiring("Issued", "name", "shop-tls", &series, &fed));
    }
}

fn failing(asked: &Asked<'_>) -> Alarm {
    let url = &asked.url;
    // Three in a row, or two minutes.
    let hold = (*asked.probe.every * 3).max(Duration::from_secs(120));
    let series = format!("probe_success{{job=\"{PROBES}\", instance={}}}", quoted(url));
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let minutes = crate::quantity::duration(hold);
    let mut alarm = Alarm::new(Kind::ProbeFailing, &format!("probe-{rest}"), "Fails", Severity::Critical)
        .when(format!("absent({series} == 1)"), hold)
        .says(
            format!("`{}` does not answer from outside as it should", braceless(url)),
            format!("Status {} is expected, and has not come for {minutes}.", asked.probe.expect.value),
        )
        .tried([
            Scene::after(hold, 2).steady(series.as_str(), 0).fires(Firing::plain()),
            Scene::after(hold, 2).fires(Firing::plain()),
            Scene::after(hold, 2).steady(series.as_str(), 1).stays_silent(),
        ]);
    alarm.subject.clone_from(url);
    alarm
}

/// Text for people in which nothing is taken for a template.
pub(super) fn braceless(text: &str) -> String {
    text.replace("{{", "{ {")
}

fn expiring(whose: &str, label: &'static str, sample: &str, series: &str, fed: &str) -> Vec<Alarm> {
    const DAY: u64 = 86_400;
    let hold = Duration::from_secs(600);
    let levels = [(3, Severity::Critical, "CertificateAboutToExpire"), (14, Severity::Warning, "CertificateExpires")];
    let alarm = |(days, severity, what): (u64, Severity, &str)| {
        let scene = |days: u64| Scene::after(hold, 2).steady(fed, days * DAY);
        Alarm::new(Kind::CertificateExpiring, "", &format!("{whose}{what}"), severity)
            .when(format!("min by ({label}) ({series}) - time() < {days} * {DAY}"), hold)
            .says(
                format!("a certificate expires soon: {{{{ $labels.{label} }}}}"),
                format!("Less than {days} days are left; it should have been renewed with a third of its life left."),
            )
            .tried([scene(2).fires(Firing::plain().labelled(label, sample)), scene(60).stays_silent()])
    };
    levels.into_iter().map(alarm).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_itself_is_not_asked_from_outside() {
        assert!(is_localhost(host("http://localhost:8080/")) && is_localhost(host("https://api.localhost/x")));
        assert!(!is_localhost(host("https://shop.example:8443/")));
    }
}
