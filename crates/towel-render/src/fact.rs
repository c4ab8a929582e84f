//! Everything that a person wrote in `towel.yaml`, as a list of facts that each target has to answer for.

use towel_check::CheckedStack;
use towel_model::{Datastore, Notification, Service};
use towel_source::{Span, Spanned};

use crate::Product;

/// One thing that a person wrote, in one environment.
#[derive(Debug, Clone, Copy)]
pub struct Fact<'a> {
    /// The environment's stack.
    pub stack: &'a CheckedStack,
    /// Which key.
    pub key: Key,
    /// The service, datastore or other thing that it belongs to; empty for the product.
    pub subject: &'a str,
    /// Where it stands.
    pub span: Span,
}

macro_rules! keys {
    ($($variant:ident = $path:literal,)+) => {
        /// A key of the language. Every target says for each of them what becomes of it, so a new key
        /// does not compile before all targets have an answer.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "each is named like the key that it stands for")]
        pub enum Key { $($variant,)+ }

        impl Key {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As a path with `*` for the subject's name.
            pub const fn pattern(self) -> &'static str {
                match self { $(Self::$variant => $path,)+ }
            }
        }
    };
}

keys! {
    Description = "description",
    Owner = "owner",
    Repository = "repository",
    Timezone = "timezone",
    Team = "teams.*",
    Budget = "budget",
    Mail = "mail",
    Context = "environments.*.context",
    Namespace = "environments.*.namespace",
    Domain = "environments.*.domain",
    After = "environments.*.after",
    Approval = "environments.*.approval",
    Listen = "environments.*.gateway.listen",
    Tls = "environments.*.gateway.tls",
    Ingress = "environments.*.ingress",
    Client = "clients.*",
    ServiceOwner = "services.*.owner",
    ServiceDescription = "services.*.description",
    Stack = "services.*.stack",
    Source = "services.*.source",
    Image = "services.*.image",
    Run = "services.*.run",
    Port = "services.*.port",
    Live = "services.*.health.live",
    Ready = "services.*.health.ready",
    Start = "services.*.health.start",
    Metrics = "services.*.metrics",
    Needs = "services.*.needs",
    Pool = "services.*.pool",
    Variables = "services.*.env",
    Cpu = "services.*.resources.cpu",
    Memory = "services.*.resources.memory",
    Replicas = "services.*.replicas",
    ScaleOn = "services.*.scale_on",
    Drain = "services.*.drain",
    Stop = "services.*.stop",
    Host = "services.*.expose.host",
    Path = "services.*.expose.path",
    Websocket = "services.*.expose.websocket",
    Sticky = "services.*.expose.sticky",
    RateLimit = "services.*.expose.rate_limit",
    Strategy = "services.*.rollout.strategy",
    Steps = "services.*.rollout.steps",
    Bake = "services.*.rollout.bake",
    Deadline = "services.*.rollout.deadline",
    Surge = "services.*.rollout.surge",
    Before = "services.*.rollout.before",
    Smoke = "services.*.rollout.smoke",
    OnInsufficient = "services.*.rollout.on_insufficient",
    Availability = "services.*.slo.availability",
    Latency = "services.*.slo.latency",
    Traffic = "services.*.slo.traffic",
    Kind = "datastores.*.kind",
    Version = "datastores.*.version",
    Servers = "datastores.*.replicas",
    Storage = "datastores.*.storage",
    MaxConnections = "datastores.*.max_connections",
    BackupEvery = "datastores.*.backup.every",
    BackupTakes = "datastores.*.backup.takes",
    BackupKeep = "datastores.*.backup.keep",
    BackupTo = "datastores.*.backup.to",
    Rpo = "datastores.*.backup.rpo",
    Rto = "datastores.*.backup.rto",
    Drill = "datastores.*.backup.drill",
    Managed = "datastores.*.managed",
    BackupStore = "backup_stores.*",
    Secret = "secrets.*",
    Rotate = "secrets.*.rotate",
    Generate = "secrets.*.generate",
    Freeze = "freezes.*",
    Alert = "alerts.*",
    During = "alerts.*.during",
    Probe = "probes.*",
    Notify = "notify.*",
}

impl<'a> Fact<'a> {
    /// As a path, such as `services.api.drain`.
    pub fn path(&self) -> String {
        self.key.pattern().replacen('*', self.subject, 1)
    }

    /// The service that it belongs to.
    pub fn service(&self) -> Option<&'a Service> {
        self.stack.service(self.subject)
    }

    /// The datastore that it belongs to.
    pub fn datastore(&self) -> Option<&'a Datastore> {
        self.stack.datastore(self.subject)
    }

    /// The list of channels that it is, when it is one.
    pub fn notification(&self) -> Option<&'a Notification> {
        self.stack.notify.iter().find(|notification| *notification.of == self.subject)
    }
}

/// Everything that a person wrote, environment by environment. What a class gives by itself is left out.
pub fn facts(product: &Product) -> Vec<Fact<'_>> {
    let mut facts = Vec::new();
    for stack in product.stacks() {
        let mut list = List { stack, facts: &mut facts };
        list.product();
        list.environment();
        stack.clients.iter().for_each(|client| list.add(Key::Client, &client.name, client.span));
        stack.services.iter().for_each(|service| list.service(service));
        stack.datastores.iter().for_each(|datastore| list.datastore(datastore));
        list.rest();
    }
    facts
}

struct List<'a, 'l> {
    stack: &'a CheckedStack,
    facts: &'l mut Vec<Fact<'a>>,
}

impl<'a> List<'a, '_> {
    fn add(&mut self, key: Key, subject: &'a str, span: Span) {
        self.facts.push(Fact { stack: self.stack, key, subject, span });
    }

    fn given<T>(&mut self, key: Key, subject: &'a str, value: Option<&Spanned<T>>) {
        if let Some(value) = value {
            self.add(key, subject, value.span);
        }
    }

    /// A default has the place of the name of what it belongs to.
    fn unless_default<T>(&mut self, key: Key, name: &'a Spanned<String>, value: &Spanned<T>) {
        if value.span != name.span {
            self.add(key, name, value.span);
        }
    }

    fn product(&mut self) {
        let stack = self.stack;
        self.given(Key::Description, "", stack.description.as_ref());
        self.given(Key::Owner, "", stack.owner.as_ref());
        self.given(Key::Repository, "", stack.repository.as_ref());
        self.unless_default(Key::Timezone, &stack.name, &stack.timezone);
        stack.teams.iter().for_each(|team| self.add(Key::Team, &team.name, team.name.span));
        self.given(Key::Budget, "", stack.budget.as_ref());
        stack.mail.iter().for_each(|mail| self.add(Key::Mail, "", mail.span));
    }

    fn environment(&mut self) {
        let environment = &self.stack.environment;
        let name = &environment.name;
        self.given(Key::Context, name, environment.context.as_ref());
        self.given(Key::Namespace, name, environment.namespace.as_ref());
        self.given(Key::Domain, name, environment.domain.as_ref());
        self.given(Key::After, name, environment.after.as_ref());
        if environment.approval {
            self.add(Key::Approval, name, name.span);
        }
        if let Some(gateway) = &environment.gateway {
            self.given(Key::Listen, name, gateway.listen.as_ref());
            gateway.tls.iter().for_each(|tls| self.add(Key::Tls, name, tls.certificate.span));
        }
        if let Some(ingress) = &environment.ingress {
            self.unless_default(Key::Ingress, name, &ingress.class);
        }
    }

    fn service(&mut self, service: &'a Service) {
        let name = &service.name;
        self.given(Key::ServiceOwner, name, service.owner.as_ref());
        self.given(Key::ServiceDescription, name, service.description.as_ref());
        self.given(Key::Stack, name, service.stack.as_ref());
        self.given(Key::Source, name, service.source.as_ref());
        self.given(Key::Image, name, service.image.as_ref());
        self.given(Key::Run, name, service.run.as_ref());
        self.given(Key::Port, name, service.port.as_ref());
        self.given(Key::Live, name, service.health.live.as_ref());
        self.given(Key::Ready, name, service.health.ready.as_ref());
        self.unless_default(Key::Start, name, &service.health.start);
        self.given(Key::Metrics, name, service.metrics.as_ref());
        self.given(Key::Needs, name, service.needs.first());
        self.given(Key::Pool, name, service.pool.first().map(|(datastore, _)| datastore));
        self.given(Key::Variables, name, service.env.first().map(|variable| &variable.name));
        self.given(Key::Cpu, name, service.resources.cpu.as_ref());
        self.given(Key::Memory, name, service.resources.memory.as_ref());
        self.unless_default(Key::Replicas, name, &service.replicas);
        if let Some(scale_on) = &service.scale_on {
            self.given(Key::ScaleOn, name, scale_on.cpu.as_ref().or(scale_on.memory.as_ref()));
        }
        self.unless_default(Key::Drain, name, &service.drain);
        // Without a value of its own, it stands where `drain` stands.
        if service.stop.span != service.drain.span {
            self.add(Key::Stop, name, service.stop.span);
        }
        self.expose(service);
        self.rollout(service);
        self.slo(service);
    }

    fn expose(&mut self, service: &'a Service) {
        let Some(expose) = &service.expose else { return };
        let name = &service.name;
        self.add(Key::Host, name, expose.host.span);
        if *expose.path != "/" {
            self.add(Key::Path, name, expose.path.span);
        }
        if expose.websocket {
            self.add(Key::Websocket, name, expose.span);
        }
        if expose.sticky {
            self.add(Key::Sticky, name, expose.span);
        }
        self.given(Key::RateLimit, name, expose.rate_limit.as_ref());
    }

    fn rollout(&mut self, service: &'a Service) {
        let (name, rollout) = (&service.name, &service.rollout);
        self.unless_default(Key::Strategy, name, &rollout.strategy);
        if let Some(step) = rollout.steps.first() {
            self.unless_default(Key::Steps, name, step);
        }
        self.unless_default(Key::Bake, name, &rollout.bake);
        self.unless_default(Key::Deadline, name, &rollout.deadline);
        self.unless_default(Key::Surge, name, &rollout.surge);
        self.given(Key::Before, name, rollout.before.first().map(|hook| &hook.run));
        self.given(Key::Smoke, name, rollout.smoke.first().map(|smoke| &smoke.get));
        self.unless_default(Key::OnInsufficient, name, &rollout.on_insufficient);
    }

    fn slo(&mut self, service: &'a Service) {
        let Some(slo) = &service.slo else { return };
        self.given(Key::Availability, &service.name, slo.availability.as_ref());
        self.given(Key::Latency, &service.name, slo.latency.first().map(|(_, within)| within));
        self.given(Key::Traffic, &service.name, slo.traffic.as_ref());
    }

    fn datastore(&mut self, datastore: &'a Datastore) {
        let name = &datastore.name;
        self.add(Key::Kind, name, datastore.kind.span);
        self.given(Key::Version, name, datastore.version.as_ref());
        self.unless_default(Key::Servers, name, &datastore.replicas);
        self.given(Key::Storage, name, datastore.storage.as_ref());
        self.given(Key::MaxConnections, name, datastore.max_connections.as_ref());
        datastore.managed.iter().for_each(|managed| self.add(Key::Managed, name, managed.span));
        let Some(backup) = &datastore.backup else { return };
        self.add(Key::BackupEvery, name, backup.every.span);
        self.given(Key::BackupTakes, name, backup.takes.as_ref());
        self.add(Key::BackupKeep, name, backup.span);
        self.given(Key::BackupTo, name, backup.to.first());
        self.given(Key::Rpo, name, backup.rpo.as_ref());
        self.given(Key::Rto, name, backup.rto.as_ref());
        self.given(Key::Drill, name, backup.drill.as_ref());
    }

    fn rest(&mut self) {
        let stack = self.stack;
        stack.backup_stores.iter().for_each(|store| self.add(Key::BackupStore, &store.name, store.name.span));
        for secret in &stack.secrets {
            self.add(Key::Secret, &secret.name, secret.name.span);
            self.given(Key::Rotate, &secret.name, secret.rotate.as_ref());
            self.given(Key::Generate, &secret.name, secret.generate.as_ref());
        }
        stack.freezes.iter().for_each(|freeze| self.add(Key::Freeze, &freeze.name, freeze.span));
        for alert in &stack.alerts {
            self.add(Key::Alert, &alert.name, alert.name.span);
            self.given(Key::During, &alert.name, alert.during.as_ref());
        }
        stack.probes.iter().for_each(|probe| self.add(Key::Probe, &probe.url.text, probe.url.span));
        stack.notify.iter().for_each(|notify| self.add(Key::Notify, &notify.of, notify.of.span));
    }
}
