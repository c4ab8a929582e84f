//! A part of the product that runs its code.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use towel_source::{Span, Spanned};

use crate::declared::TeamName;
use crate::environment::Setting;
use crate::equality::equal_wherever_written;
use crate::expose::ExposeKeys;
use crate::health::HealthKeys;
use crate::key::{Map, Reader, choices, keys};
use crate::reference::{Filled, Scope};
use crate::resources::{ResourcesKeys, ScaleOnKeys};
use crate::rollout::RolloutKeys;
use crate::slo::SloKeys;
use crate::variable::VariableForm;
use crate::word::{Name, Port, Positive, Text, VariableName};
use crate::{Ask, Expose, Health, Metrics, Range, Resources, Rollout, ScaleOn, Slo, Template, Variable};

/// A part of the product that runs its code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Service {
    /// Its name.
    pub name: Spanned<String>,
    /// The team that owns it, when another than the product's.
    pub owner: Option<Spanned<String>>,
    /// One line about it.
    pub description: Option<Spanned<String>>,
    /// What it is built with: `nestjs`, `node`, `nextjs`, `static`, `php`, `python`, `go`, `rust`.
    pub stack: Option<Spanned<String>>,
    /// Folder of its source, relative to `towel.yaml`.
    pub source: Option<Spanned<String>>,
    /// Container image.
    pub image: Option<Spanned<Template>>,
    /// Command for the local engine; split like a shell would, but run without one.
    pub run: Option<Spanned<Template>>,
    /// Port on which it listens (the local engine hands each instance its own as `PORT`).
    pub port: Option<Spanned<u16>>,
    /// How to tell that it lives and is ready.
    pub health: Health,
    /// Where its Prometheus metrics are.
    pub metrics: Option<Spanned<Metrics>>,
    /// Services and datastores that it needs.
    pub needs: Vec<Spanned<String>>,
    /// Connections that one instance opens, by datastore.
    pub pool: Vec<(Spanned<String>, Spanned<u32>)>,
    /// Its environment variables: the contract.
    pub env: Vec<Variable>,
    /// Request and limit.
    pub resources: Resources,
    /// How many instances; a true range is autoscaled.
    pub replicas: Spanned<Range<u32>>,
    /// Whether `replicas` was written by a person (in the service or the environment).
    pub replicas_given: bool,
    /// When to add instances.
    pub scale_on: Option<ScaleOn>,
    /// How long in-flight work may take after it is told to stop.
    pub drain: Spanned<Duration>,
    /// From SIGTERM to SIGKILL; at least `drain`.
    pub stop: Spanned<Duration>,
    /// How the outside reaches it.
    pub expose: Option<Expose>,
    /// How versions are shipped.
    pub rollout: Rollout,
    /// Promises to users.
    pub slo: Option<Slo>,
    /// The whole entry.
    #[serde(skip)]
    pub span: Span,
}

equal_wherever_written!(Service {
    name,
    owner,
    description,
    stack,
    source,
    image,
    run,
    port,
    health,
    metrics,
    needs,
    pool,
    env,
    resources,
    replicas,
    replicas_given,
    scale_on,
    drain,
    stop,
    expose,
    rollout,
    slo
});

impl Service {
    /// Every text in it that may hold references.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        let commands = [&self.image, &self.run].into_iter().flatten();
        let values = self.env.iter().filter_map(|variable| variable.value.as_ref());
        let host = self.expose.iter().map(|expose| &expose.host);
        let hooks = self.rollout.before.iter().map(|hook| &hook.run);
        let probes =
            [&self.health.live, &self.health.ready].into_iter().flatten().filter_map(|probe| match &probe.ask {
                Ask::Run(command) => Some(command),
                Ask::Http(_) | Ask::Tcp => None,
            });
        commands.chain(values).chain(host).chain(hooks).map(|text| &text.value).chain(probes)
    }
}

keys! {
    /// A part of the product that runs its code.
    ServiceKeys = "service" {
        /// The team that owns it, when another than the product's.
        owner: Spanned<TeamName>;
        /// One line about it.
        description: Spanned<Text>;
        /// What it is built with.
        stack: Spanned<BuiltWith>;
        /// Folder of its source, relative to `towel.yaml`.
        source: Spanned<Text>;
        /// Container image, e.g. `ghcr.io/acme/api:${version}`.
        image: Spanned<Filled>;
        /// Command for the local engine; split like a shell would, but run without one.
        run: Spanned<Filled>;
        /// Port on which it listens. The local engine hands each instance its own as `PORT`.
        port: Spanned<Port>;
        /// How to tell that it lives and is ready.
        health: HealthKeys;
        /// Where its Prometheus metrics are: their path, or more about them.
        metrics: Spanned<Metrics>;
        /// Services and datastores that it needs.
        needs: Vec<Spanned<Name>>;
        /// Connections that one instance opens, by datastore.
        pool: Map<Name, Spanned<Positive>>;
        /// Its environment variables.
        env: Map<VariableName, VariableForm>;
        /// What an instance may use.
        resources: ResourcesKeys;
        /// How many instances; a range is autoscaled.
        replicas: Spanned<Range<u32>>, default "1 in dev, 2 in staging, 3 in production";
        /// When instances are added, within the range of `replicas`.
        scale_on: ScaleOnKeys;
        /// How long in-flight work may take after it is told to stop.
        drain: Spanned<Duration>, default "10s in dev, 20s in staging, 30s in production";
        /// From SIGTERM to SIGKILL.
        stop: Spanned<Duration>, default "`drain` and 5s";
        /// How the outside reaches it.
        expose: ExposeKeys;
        /// How versions are shipped.
        rollout: RolloutKeys;
        /// Promises to users.
        slo: SloKeys;
    }
}

/// What a service is built with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BuiltWith(&'static str);

choices! {
    BuiltWith {
        "nestjs" => Self("nestjs"), "NestJS on Node.";
        "node" => Self("node"), "Node.";
        "nextjs" => Self("nextjs"), "Next.js.";
        "static" => Self("static"), "Files, served as they are.";
        "php" => Self("php"), "PHP-FPM.";
        "python" => Self("python"), "Python.";
        "go" => Self("go"), "Go.";
        "rust" => Self("rust"), "Rust.";
    }
}

impl ServiceKeys {
    pub(crate) fn build(self, name: &Spanned<Name>, setting: &Setting, reader: &mut Reader<'_>) -> Service {
        let (name, class) = (name.clone().map(|name| name.0), setting.class());
        let at = name.span;
        let text = |text: Option<Spanned<Text>>| text.map(|text| text.map(|text| text.0));
        let image = self.image.map(|image| image.map(|image| image.0));
        if let Some(image) = &image {
            reader.restrict(image, &[Scope::Version, Scope::Environment]);
        }
        let drain = self.drain.unwrap_or(Spanned::new(class.drain(), at));
        Service {
            owner: self.owner.map(|owner| owner.map(|owner| owner.0)),
            description: text(self.description),
            stack: self.stack.map(|stack| stack.map(|stack| stack.0.to_owned())),
            source: text(self.source),
            image,
            run: self.run.map(|run| run.map(|run| run.0)),
            port: self.port.map(|port| port.map(|port| port.0)),
            health: Health::build(self.health, at),
            metrics: self.metrics,
            needs: self.needs.unwrap_or_default().into_iter().map(|need| need.map(|need| need.0)).collect(),
            pool: pool(self.pool.unwrap_or_default()),
            env: self.env.unwrap_or_default().entries.into_iter().map(|(name, form)| form.build(name)).collect(),
            resources: self.resources.map(ResourcesKeys::build).unwrap_or_default(),
            replicas_given: self.replicas.is_some(),
            replicas: self.replicas.unwrap_or(Spanned::new(class.replicas(), at)),
            scale_on: self.scale_on.map(ScaleOnKeys::build),
            stop: self.stop.unwrap_or(Spanned::new(*drain + Duration::from_secs(5), drain.span)),
            drain,
            expose: self.expose.and_then(|expose| expose.build(reader)),
            rollout: Rollout::build(self.rollout, class, at, reader),
            slo: self.slo.map(SloKeys::build),
            span: self.span,
            name,
        }
    }
}

fn pool(pool: Map<Name, Spanned<Positive>>) -> Vec<(Spanned<String>, Spanned<u32>)> {
    pool.entries.into_iter().map(|(name, count)| (name.map(|name| name.0), count.map(|count| count.0))).collect()
}
