//! Advice about what is around the product: addresses, certificates, secrets, nodes, monitoring, declared alerts.

use towel_model::Alert;

use super::advice::Advice;
use super::scene::Known;
use crate::docs::markdown::code;
use crate::docs::words::{hours, joined};
use crate::quantity::number;

pub(super) fn unreachable(known: &Known<'_>) -> Advice {
    let stack = known.stack();
    let urls: Vec<String> =
        stack.probes.iter().filter_map(|probe| crate::names::in_environment(&probe.url, stack)).collect();
    let about: Vec<String> = urls.iter().filter(|url| known.alarm.expression.contains(url.as_str())).cloned().collect();
    let asked = if about.is_empty() { urls } else { about };
    Advice::new(
        "Asked from outside, as users do, an address does not answer as it should.",
        "Whoever opens that address. Alerts about services may be silent meanwhile: inside, all may be well.",
    )
    .find("Ask it yourself, from a network of your own.", asked.iter().map(|url| format!("curl -iv {url}")).collect())
    .find("No answer at all: name service, the front door, or the certificate. An answer with an error: the service behind it.", Vec::new())
    .find("See whether the services run.", known.command(|shell| shell.status()))
    .find("See what the front door says.", known.commands(|shell| if shell.in_cluster() { vec![shell.kubectl("get ingress,gateway,httproute,certificate")] } else { vec![shell.towel("events -n 100")] }))
    .mend("Go on with the runbook of the service that is down or fails.", Vec::new())
    .mend("If only name service or the front door is wrong, mend them; the services need nothing.", Vec::new())
    .over("The address answers as it should, from outside.")
}

pub(super) fn expiring(known: &Known<'_>) -> Advice {
    let issuer = known.stack().environment.ingress.as_ref().and_then(|ingress| ingress.issuer.as_ref());
    let issuer = issuer.map_or_else(String::new, |issuer| {
        format!(" cert-manager should have renewed it from the issuer `{}`.", issuer.as_str())
    });
    Advice::new(
        format!("A certificate ends soon and was not renewed.{issuer}"),
        "Nobody until it ends. Then every browser refuses the address.",
    )
    .find(
        "See which certificates there are, and what keeps them from being renewed.",
        known.commands(|shell| {
            if shell.in_cluster() {
                vec![shell.kubectl("get certificates,certificaterequests"), shell.kubectl("describe certificates")]
            } else {
                Vec::new()
            }
        }),
    )
    .find(
        "See what the issuer says: a challenge that fails mostly means that the address does not lead here.",
        known.commands(
            |shell| {
                if shell.in_cluster() { vec![shell.kubectl("get challenges,orders")] } else { Vec::new() }
            },
        ),
    )
    .mend("Mend what the challenge complains about; it is tried again by itself.", Vec::new())
    .mend(
        "Where certificates are files, put the new ones in place and bring the environment up to date.",
        known.commands(|shell| if shell.in_cluster() { Vec::new() } else { vec![shell.towel("up --detach")] }),
    )
    .over("The certificate that is served has more than two weeks left.")
}

pub(super) fn aged(known: &Known<'_>) -> Advice {
    let name = &known.alarm.subject;
    let stack = known.stack();
    let uses = |service: &towel_model::Service| {
        service
            .env
            .iter()
            .filter_map(|variable| variable.value.as_ref())
            .flat_map(|value| value.references())
            .any(|(to, _)| matches!(to, towel_model::Reference::Secret(secret) if secret == name))
    };
    let users: Vec<&str> =
        stack.services.iter().filter(|service| uses(service)).map(|service| service.name.as_str()).collect();
    let restart = known.commands(|shell| users.iter().map(|user| shell.restart(user)).collect());
    Advice::new(
        format!("The secret {} is nearly as old as it may become.", code(name)),
        "Nobody. Old secrets are known to more people and programs than they should be.",
    )
    .find(
        format!(
            "See who uses it: {}.",
            if users.is_empty() { "no service of this product".to_owned() } else { joined(&users) }
        ),
        Vec::new(),
    )
    .mend(
        "Make a new value where it comes from. If both the old and the new one can be accepted for a while, let them.",
        Vec::new(),
    )
    .mend("Put the new value into the store of secrets of each environment.", Vec::new())
    .mend("Start the services that use it again, one instance at a time.", restart)
    .mend("Take the old value back where it comes from.", Vec::new())
    .over("The services run with the new value, and the old one is refused.")
}

pub(super) fn pressed(known: &Known<'_>) -> Advice {
    Advice::new(
        "A machine is short of memory or disk, or does not answer at all.",
        "Nobody yet, if there are others. What runs there is moved or killed when it gets worse.",
    )
    .find(
        "See which machine, and what it says of itself.",
        known.commands(|shell| {
            if shell.in_cluster() {
                vec![shell.kubectl("get nodes"), shell.kubectl("describe nodes | grep -A 8 Conditions")]
            } else {
                vec!["df -h; free -h; uptime".to_owned()]
            }
        }),
    )
    .find("See what takes most.", known.command(|shell| shell.hungriest("memory")))
    .mend(
        "Remove what is not needed there: old images, logs, files left over.",
        known.commands(|shell| if shell.in_cluster() { Vec::new() } else { vec!["docker system df".to_owned()] }),
    )
    .mend(
        "In a cluster, let the machine take nothing new and move what runs there.",
        known.commands(|shell| {
            if shell.in_cluster() {
                vec![
                    "kubectl cordon NODE".to_owned(),
                    "kubectl drain NODE --ignore-daemonsets --delete-emptydir-data".to_owned(),
                ]
            } else {
                Vec::new()
            }
        }),
    )
    .over("The machine answers and has a tenth or more of its memory and disk free.")
}

pub(super) fn blind() -> Advice {
    Advice::new(
        "Prometheus or Alertmanager cannot do a part of its work.",
        "Nobody. But other alerts may not fire, or nobody hears of them.",
    )
    .find("See which target is down and why, on the page Status → Targets of Prometheus.", Vec::new())
    .find(
        "See whether its configuration can be read.",
        vec![
            "promtool check config deploy/monitoring/prometheus/prometheus.yaml".to_owned(),
            "amtool check-config deploy/monitoring/alertmanager/alertmanager.yaml".to_owned(),
        ],
    )
    .find("Read what Prometheus and Alertmanager print.", Vec::new())
    .mend(
        "Put the rendered configuration back if it was edited.",
        vec![
            "towel render prometheus alertmanager --diff".to_owned(),
            "towel render prometheus alertmanager".to_owned(),
        ],
    )
    .mend(
        "If a target moved or has another port, say so in towel.yaml and render again.",
        vec!["towel check".to_owned()],
    )
    .over("All targets are up and the alert is resolved. Look at the other alerts then: some may begin to fire.")
}

pub(super) fn watchdog(known: &Known<'_>) -> Advice {
    let told = known.stack().notify.iter().find(|notification| *notification.of.value == *"watchdog");
    let told = told.map_or_else(
        || "Nobody is told in this product: declare `notify.watchdog`.".to_owned(),
        |notification| {
            format!(
                "It goes to: {}.",
                notification.to.iter().map(crate::docs::words::channel).collect::<Vec<_>>().join(", ")
            )
        },
    );
    Advice::new(
        "This alert always fires. It is sent to a dead-man's switch, which raises an alarm of its own when it hears nothing: then alerting itself is broken.",
        "Nobody, as long as it fires. When it falls silent, no other alert arrives either.",
    )
    .find(format!("You are here because it fell silent. {told}"), Vec::new())
    .find("See whether Prometheus and Alertmanager run, and whether Prometheus knows Alertmanager.", Vec::new())
    .find("See whether Alertmanager delivers.", vec!["amtool alert query alertname=Watchdog --alertmanager.url=http://localhost:9093".to_owned()])
    .mend("Start what is down. Check the address and secret of the dead-man's switch.", Vec::new())
    .over("The dead-man's switch hears it again.")
}

pub(super) fn declared(known: &Known<'_>) -> Advice {
    let stack = known.stack();
    let alert = stack
        .alerts
        .iter()
        .find(|alert| alert.metric.value == known.alarm.subject && matches(alert, &known.alarm.name));
    let meaning = alert.map_or_else(String::new, |alert| {
        let bounds: Vec<String> = [("below", &alert.below), ("above", &alert.above)]
            .into_iter()
            .filter_map(|(word, bound)| Some(format!("{word} {}", number(bound.as_ref()?.value))))
            .collect();
        let rate = alert
            .rate
            .as_ref()
            .map_or_else(String::new, |over| format!(", as a rate over {}", crate::docs::words::time(**over)));
        let during = alert.during.as_ref().map_or_else(String::new, |during| {
            format!(" It is watched from {} ({}).", hours(during.value), stack.timezone.as_str())
        });
        format!("It is declared in towel.yaml: {}{rate} is {}.{during}", code(&alert.metric), bounds.join(" or "))
    });
    let tellers: Vec<&str> = stack
        .services
        .iter()
        .filter(|service| service.metrics.is_some())
        .map(|service| service.name.as_str())
        .collect();
    Advice::new(
        meaning,
        "What it means for users depends on the figure. Write here what you learn: edits of this page are merged.",
    )
    .find(
        format!(
            "Open the dashboard `Business · {} {}`: since when, and how does it compare with a week ago?",
            stack.name.as_str(),
            stack.environment.name.as_str()
        ),
        Vec::new(),
    )
    .find(
        "Does the figure tell the truth? It is missing when the service that counts it does not run.",
        known.commands(|shell| vec![shell.status()]),
    )
    .find(
        "Read the logs of the services that may be behind it.",
        known.commands(|shell| tellers.iter().map(|name| shell.logs(name)).collect()),
    )
    .mend(
        "If it began with a new version, go back.",
        known.commands(|shell| tellers.iter().map(|name| shell.rollback(name)).collect()),
    )
    .mend(
        "If the world has changed and the bound is wrong, change it in towel.yaml and render again.",
        vec!["towel check".to_owned(), "towel render prometheus".to_owned()],
    )
    .over("The figure is back within its bounds.")
}

/// Names are told apart by what is added to them when two would be alike.
fn matches(alert: &Alert, name: &str) -> bool {
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    plain(name).starts_with(&plain(&alert.name)) || plain(&alert.name).is_empty()
}
