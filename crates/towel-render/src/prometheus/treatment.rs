//! What becomes of each key in the target `prometheus`.

use towel_model::{Datastore, DatastoreKind, EngineKind, Service, Slo, Stack};

use super::blackbox::SLOWEST;
use super::{Exporter, is_managed};
use crate::alarm::{Clock, Measure, asked, counted, host_of, is_localhost, resolved};
use crate::quantity::duration;
use crate::signal::Signal;
use crate::{Fact, Key, Treatment};

/// What becomes of `fact`.
pub(super) fn of(fact: &Fact<'_>) -> Treatment {
    let stack: &Stack = fact.stack;
    let clustered = *stack.environment.engine == EngineKind::Kubernetes;
    match fact.key {
        Key::Owner
        | Key::Repository
        | Key::BackupEvery
        | Key::BackupTo
        | Key::Rpo
        | Key::Rto
        | Key::Drill
        | Key::Rotate => Treatment::Kept,
        Key::Timezone => kept_when(stack.alerts.iter().any(|alert| alert.during.is_some())),
        Key::Context => Treatment::Kept,
        Key::Namespace => kept_when(clustered),
        Key::Domain => kept_when(domain_is_asked(stack)),
        Key::ServiceOwner => kept_when(fact.service().is_some_and(|it| is_watched(it, clustered))),
        Key::Port => kept_when(fact.service().is_some_and(|it| it.metrics.is_some() && !clustered)),
        Key::Metrics | Key::Alert => Treatment::Kept,
        Key::Replicas => kept_when(fact.service().is_some_and(|it| clustered || it.metrics.is_some())),
        Key::Availability => promise(fact, |_, _| Treatment::Kept),
        Key::Latency => promise(fact, latency),
        Key::Traffic => promise(fact, |slo, _| kept_when(slo.availability.is_some() || !slo.latency.is_empty())),
        Key::Kind => fact.datastore().map_or(Treatment::Elsewhere, |it| kind(it, stack)),
        Key::Servers => kept_when(fact.datastore().is_some_and(|it| counted(it, stack).is_some())),
        Key::Storage => {
            kept_when(fact.datastore().is_some_and(|it| *it.kind == DatastoreKind::Postgres && is_managed(it, stack)))
        }
        Key::MaxConnections => kept_when(fact.datastore().is_some_and(|it| *it.kind != DatastoreKind::S3)),
        Key::BackupTakes => {
            let backup = fact.datastore().and_then(|it| it.backup.as_ref());
            kept_when(backup.is_some_and(|backup| backup.rpo.is_none()))
        }
        // What a provider runs has no disk here, and a bucket of it tells nothing.
        Key::Managed => kept_when(clustered),
        Key::During => during(stack),
        Key::Probe => probe(fact, stack),
        Key::Description
        | Key::Team
        | Key::Budget
        | Key::Mail
        | Key::After
        | Key::Approval
        | Key::Listen
        | Key::Tls
        | Key::Ingress
        | Key::Client
        | Key::ServiceDescription
        | Key::Stack
        | Key::Source
        | Key::Image
        | Key::Run
        | Key::Live
        | Key::Ready
        | Key::Start
        | Key::Needs
        | Key::Pool
        | Key::Variables
        | Key::Cpu
        | Key::Memory
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
        | Key::Version
        | Key::BackupKeep
        | Key::BackupStore
        | Key::Secret
        | Key::Generate
        | Key::Freeze
        | Key::Notify => Treatment::Elsewhere,
    }
}

fn kept_when(kept: bool) -> Treatment {
    if kept { Treatment::Kept } else { Treatment::Elsewhere }
}

fn is_watched(service: &Service, clustered: bool) -> bool {
    clustered || Signal::measured(service).is_some()
}

fn domain_is_asked(stack: &Stack) -> bool {
    asked(stack).any(|asked| asked.probe.url.text.contains("env.domain"))
}

/// What becomes of a part of a promise, when there is somebody who counts.
fn promise(fact: &Fact<'_>, of: impl FnOnce(&Slo, &Signal<'_>) -> Treatment) -> Treatment {
    let Some(service) = fact.service() else { return Treatment::Elsewhere };
    let Some(slo) = &service.slo else { return Treatment::Elsewhere };
    match Signal::measured(service) {
        Some(signal) if signal.is_own() => of(slo, &signal),
        Some(signal) => match of(slo, &signal) {
            Treatment::Kept => {
                Treatment::approximated("it has no `metrics:`; what towel's gateway counts in front of it is judged")
            }
            other => other,
        },
        None => Treatment::dropped("it has no `metrics:` and is not exposed, so nobody counts its requests"),
    }
}

fn latency(slo: &Slo, signal: &Signal<'_>) -> Treatment {
    let estimated = slo.latency.iter().find_map(|(_, limit)| {
        let within = duration(**limit);
        match Measure::of(signal, **limit) {
            Measure::Bucket(_) => None,
            Measure::Nearest(bound) => {
                Some(format!("no bucket ends at {within}; it is measured at {}, the nearest", duration(bound)))
            }
            Measure::Quantile => Some(format!("no bucket ends at {within}; it is estimated between two")),
        }
    });
    estimated.map_or(Treatment::Kept, Treatment::approximated)
}

fn kind(datastore: &Datastore, stack: &Stack) -> Treatment {
    if Exporter::of(datastore, stack).is_some() {
        Treatment::Kept
    } else {
        Treatment::dropped("the provider of this bucket tells Prometheus nothing")
    }
}

fn during(stack: &Stack) -> Treatment {
    if Clock::of(&stack.timezone).is_exact {
        return Treatment::Kept;
    }
    let zone = stack.timezone.as_str();
    Treatment::approximated(format!(
        "the clocks of {zone} follow no yearly rule that PromQL could be told; its time in January is used all year"
    ))
}

fn probe(fact: &Fact<'_>, stack: &Stack) -> Treatment {
    let Some(probe) = stack.probes.iter().find(|probe| probe.url.text == fact.subject) else {
        return Treatment::Elsewhere;
    };
    let Some(url) = resolved(&probe.url, stack) else {
        return Treatment::dropped("its URL is not known in this environment");
    };
    if is_localhost(host_of(&url)) {
        return Treatment::dropped(format!("`{url}` is the machine itself, and cannot be asked from outside of it"));
    }
    if *probe.every > SLOWEST {
        let slowest = duration(SLOWEST);
        return Treatment::approximated(format!("it is asked every {slowest}: Prometheus forgets an answer after 5m"));
    }
    Treatment::Kept
}
