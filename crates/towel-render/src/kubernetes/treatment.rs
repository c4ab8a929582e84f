//! What becomes of each key of the language in the objects of a cluster.

use towel_model::{
    Ask, BackupPlace, Datastore, DatastoreKind, EngineKind, EnvironmentField, IngressApi, Probe, Reference, Service,
    Stack, Strategy,
};
use towel_source::Spanned;

use super::objects::{
    Schedule, is_askable, is_confined_to_one, is_dumped, is_nginx, limit_per, mixes_optional_secret,
    writes_beside_its_code,
};
use crate::{Fact, Key, Treatment};

use Treatment::{Elsewhere, Kept};

/// What becomes of each key here.
pub(crate) fn treat(fact: &Fact<'_>) -> Treatment {
    if *fact.stack.environment.engine != EngineKind::Kubernetes {
        return Elsewhere;
    }
    match fact.key {
        Key::Description | Key::Owner | Key::Namespace | Key::ServiceOwner | Key::ServiceDescription => Kept,
        Key::Timezone => kept_if(fact.stack.datastores.iter().any(|it| is_backed_up(fact.stack, it))),
        Key::Domain => kept_if(uses_domain(fact.stack)),
        Key::Ingress => kept_if(fact.stack.services.iter().any(|service| service.expose.is_some())),
        Key::Repository
        | Key::Team
        | Key::Budget
        | Key::Mail
        | Key::Context
        | Key::After
        | Key::Approval
        | Key::Listen
        | Key::Tls
        | Key::Client
        | Key::Rotate
        | Key::Generate
        | Key::Freeze
        | Key::Alert
        | Key::During
        | Key::Probe
        | Key::Notify => Elsewhere,
        Key::Secret => kept_if(uses_secret(fact.stack, fact.subject)),
        Key::BackupStore => store(fact),
        Key::Kind
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
        | Key::Managed => fact.datastore().map_or(Elsewhere, |it| datastore(fact, it)),
        Key::Stack
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
        | Key::Availability
        | Key::Latency
        | Key::Traffic => fact.service().map_or(Elsewhere, |it| service(fact, it)),
    }
}

fn kept_if(kept: bool) -> Treatment {
    if kept { Kept } else { Elsewhere }
}

fn uses_domain(stack: &Stack) -> bool {
    let mut references = stack.services.iter().flat_map(|service| {
        let host = service.expose.iter().map(|expose| &expose.host.value);
        let values = service.env.iter().filter_map(|variable| variable.value.as_ref()).map(|value| &value.value);
        host.chain(values).flat_map(|template| template.references())
    });
    references.any(|(to, _)| *to == Reference::Environment(EnvironmentField::Domain))
}

fn uses_secret(stack: &Stack, name: &str) -> bool {
    let variables = stack.services.iter().flat_map(|service| &service.env);
    let mut references = variables.filter_map(|variable| variable.value.as_ref()).flat_map(|value| value.references());
    references.any(|(to, _)| matches!(to, Reference::Secret(secret) if secret == name))
}

const BY_DEPLOY: &str = "objects of a cluster have no word for it; `towel deploy` does it";

fn service(fact: &Fact<'_>, service: &Service) -> Treatment {
    match fact.key {
        Key::Port | Key::Metrics | Key::Cpu | Key::Memory | Key::Stop | Key::Host | Key::Path => Kept,
        Key::Stack => kept_if(writes_beside_its_code(service)),
        Key::Image => image(service),
        Key::Live => probe(service.health.live.as_ref()),
        Key::Ready => probe(service.health.ready.as_ref()),
        Key::Start if is_watched(service) => Kept,
        Key::Start => Treatment::dropped("there is nothing to ask whether it has started: no port and no probe"),
        Key::Needs => kept_if(fact.stack.environment.class.confines()),
        Key::Variables if mixes_optional_secret(fact.stack, service) => {
            Treatment::approximated("a text around a secret has no value without it, so the secret is required here")
        }
        Key::Variables => Kept,
        Key::Replicas if service.replicas.min == 0 && service.replicas.max > 0 => {
            Treatment::approximated("a cluster keeps one instance: scaling to none is a feature that is off")
        }
        Key::Replicas => Kept,
        Key::ScaleOn if service.replicas.min < service.replicas.max => Kept,
        Key::ScaleOn => Treatment::dropped("nothing is scaled: `replicas` is no range"),
        // Without a value of its own, `stop` follows from it.
        Key::Drain if service.stop.span == service.drain.span => Kept,
        Key::Drain => Treatment::dropped("a cluster only knows the time from SIGTERM to SIGKILL, which `stop` gives"),
        Key::Websocket | Key::Sticky | Key::RateLimit => exposure(fact, service),
        Key::Strategy if *service.rollout.strategy == Strategy::Canary => {
            Treatment::approximated("a rolling update; `towel deploy` shifts traffic and judges")
        }
        Key::Strategy => Kept,
        Key::Deadline => Treatment::approximated("counted from the last progress, not from the beginning"),
        Key::Surge => kept_if(*service.rollout.strategy != Strategy::Recreate),
        Key::Steps | Key::Bake | Key::Before | Key::Smoke | Key::OnInsufficient => Treatment::dropped(BY_DEPLOY),
        _ => Elsewhere,
    }
}

fn image(service: &Service) -> Treatment {
    let mut references = service.image.iter().flat_map(|image| image.references());
    if references.any(|(to, _)| *to == Reference::Version) {
        Treatment::approximated("`unreleased` stands where `towel deploy` puts the version")
    } else {
        Kept
    }
}

fn is_watched(service: &Service) -> bool {
    let probes = [&service.health.live, &service.health.ready];
    service.port.is_some() || probes.into_iter().flatten().any(|probe| is_askable(&probe.ask))
}

fn probe(probe: Option<&Spanned<Probe>>) -> Treatment {
    let Some(probe) = probe else { return Elsewhere };
    let whole = |time: std::time::Duration| time.subsec_nanos() == 0;
    if !is_askable(&probe.ask) {
        return Treatment::dropped("a cluster asks the same of every version, so its command cannot hold one");
    }
    if matches!(probe.ask, Ask::Http(_) | Ask::Tcp | Ask::Run(_)) && whole(probe.every) && whole(probe.within) {
        Kept
    } else {
        Treatment::approximated("a cluster counts whole seconds")
    }
}

fn exposure(fact: &Fact<'_>, service: &Service) -> Treatment {
    let Some(door) = &fact.stack.environment.ingress else { return Elsewhere };
    let nginx = *door.api == IngressApi::Ingress && is_nginx(door);
    let rate = service.expose.as_ref().and_then(|expose| expose.rate_limit.as_ref());
    match (fact.key, *door.api) {
        (Key::Websocket, IngressApi::Gateway) => Kept,
        (Key::RateLimit, _) if nginx => match rate.map(|rate| limit_per(rate.value)) {
            Some((_, _, false)) => Treatment::approximated("nginx counts whole requests per second or minute"),
            _ => Kept,
        },
        (_, IngressApi::Ingress) if nginx => Kept,
        (_, IngressApi::Ingress) => {
            Treatment::dropped("Ingress has no word for it, and only nginx's annotations are known")
        }
        (Key::Sticky, IngressApi::Gateway) => Treatment::dropped(
            "Gateway API's standard channel has no sessions; `ingress: { api: ingress }` with nginx has",
        ),
        (_, IngressApi::Gateway) => {
            Treatment::dropped("Gateway API has no rate limits; `ingress: { api: ingress }` with nginx has")
        }
    }
}

fn is_backed_up(stack: &Stack, datastore: &Datastore) -> bool {
    let to = datastore.backup.iter().flat_map(|backup| &backup.to);
    let mut stores = to.filter(|name| stack.backup_stores.iter().any(|store| store.name.value == name.value));
    is_dumped(*datastore.kind) && stores.next().is_some()
}

fn datastore(fact: &Fact<'_>, datastore: &Datastore) -> Treatment {
    let kind = *datastore.kind;
    let backed_up = is_backed_up(fact.stack, datastore);
    let managed = datastore.managed.is_some();
    match fact.key {
        Key::Kind | Key::Managed => Kept,
        Key::Version | Key::Storage => kept_if(!managed || backed_up),
        Key::Servers | Key::MaxConnections if managed => Elsewhere,
        Key::Servers if is_confined_to_one(kind) && datastore.replicas.value > 1 => {
            Treatment::dropped("one server: several of this kind need an operator that decides which one is written to")
        }
        Key::Servers => Kept,
        Key::MaxConnections => match kind {
            DatastoreKind::Rabbitmq | DatastoreKind::S3 => Treatment::dropped("its image takes no such limit"),
            _ => Kept,
        },
        Key::Rpo | Key::Rto => Elsewhere,
        Key::Drill => Treatment::dropped("no Job practises a restore"),
        _ if !backed_up => not_backed_up(kind),
        _ => backup(fact, datastore),
    }
}

fn not_backed_up(kind: DatastoreKind) -> Treatment {
    match kind {
        DatastoreKind::Rabbitmq => Treatment::dropped("the messages of a broker have no dump"),
        DatastoreKind::S3 => Treatment::dropped("a bucket is copied by its provider; none of the images here can"),
        _ => Treatment::dropped("no store says where it would go"),
    }
}

fn backup(fact: &Fact<'_>, datastore: &Datastore) -> Treatment {
    let Some(backup) = &datastore.backup else { return Elsewhere };
    let mut stores = fact.stack.backup_stores.iter().filter(|it| backup.to.iter().any(|to| to.value == it.name.value));
    match fact.key {
        Key::BackupEvery if Schedule::every(backup.every.value, &datastore.name).exact => Kept,
        Key::BackupEvery => Treatment::approximated("more often: cron divides hours and days evenly"),
        Key::BackupTakes => Treatment::approximated("one that takes four times as long is ended"),
        Key::BackupTo => Kept,
        Key::BackupKeep if stores.any(|store| matches!(store.place, BackupPlace::Path(_))) => {
            Treatment::approximated("the newest of them in all, not the newest of each day or week; buckets keep all")
        }
        Key::BackupKeep => Treatment::dropped("nothing is removed from a bucket; a lifecycle rule of its own can"),
        _ => Elsewhere,
    }
}

fn store(fact: &Fact<'_>) -> Treatment {
    let stack = fact.stack;
    let is_used = |datastore: &&Datastore| {
        let to = datastore.backup.iter().flat_map(|backup| &backup.to);
        is_backed_up(stack, datastore) && to.into_iter().any(|name| name.as_str() == fact.subject)
    };
    if !stack.datastores.iter().any(|datastore| is_used(&datastore)) {
        return Elsewhere;
    }
    match stack.backup_stores.iter().find(|store| store.name.as_str() == fact.subject).map(|store| &store.place) {
        Some(BackupPlace::Path(_)) => {
            Treatment::approximated("a volume of the cluster stands where the folder would be")
        }
        _ => Kept,
    }
}
