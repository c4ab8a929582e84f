//! One environment's product, merged and typed: what rules examine and engines run.

use std::time::Duration;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use towel_source::{Span, Spanned};

use crate::{Cpu, Percent, Range, Rate, Size, Template};

/// The whole product in one environment: defaults of the class applied, restated fields merged,
/// references resolved to names. Whether it makes sense is for `towel-check` to say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stack {
    /// The product's name.
    pub name: Spanned<String>,
    /// One line about it.
    pub description: Option<Spanned<String>>,
    /// The team that owns it.
    pub owner: Option<Spanned<String>>,
    /// Where its source lives.
    pub repository: Option<Spanned<String>>,
    /// The environment this stack is for.
    pub environment: Environment,
    /// In the order of the file.
    pub services: Vec<Service>,
    /// In the order of the file.
    pub datastores: Vec<Datastore>,
    /// Where backups go.
    pub backup_stores: Vec<BackupStore>,
    /// Declared secrets.
    pub secrets: Vec<Secret>,
    /// Times without deploys that concern this environment.
    pub freezes: Vec<Freeze>,
    /// Alerts declared by hand.
    pub alerts: Vec<Alert>,
    /// Probes from outside.
    pub probes: Vec<OutsideProbe>,
    /// Who hears of what.
    pub notify: Vec<Notification>,
    /// Teams that may own things.
    pub teams: Vec<Team>,
    /// Most that a month may cost.
    pub budget: Option<Spanned<Budget>>,
}

impl Stack {
    /// The service of that name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| *service.name == name)
    }

    /// The datastore of that name.
    pub fn datastore(&self, name: &str) -> Option<&Datastore> {
        self.datastores.iter().find(|datastore| *datastore.name == name)
    }
}

/// Where the product runs, and how strict towel is about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// Its name.
    pub name: Spanned<String>,
    /// What it is for; sets the defaults.
    pub class: Spanned<Class>,
    /// What runs it.
    pub engine: Spanned<EngineKind>,
    /// Kubernetes context.
    pub context: Option<Spanned<String>>,
    /// Kubernetes namespace.
    pub namespace: Option<Spanned<String>>,
    /// Domain of exposed services; `localhost` for the local engine when none is given.
    pub domain: Option<Spanned<String>>,
    /// Only versions that are healthy in that environment may be shipped.
    pub after: Option<Spanned<String>>,
    /// Whether a person has to say yes to each deploy.
    pub approval: bool,
    /// The local engine's front door.
    pub gateway: Option<GatewaySettings>,
}

/// The front door of a local environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GatewaySettings {
    /// `HOST:PORT` where exposed services answer; `127.0.0.1:8080` when not given.
    pub listen: Option<Spanned<String>>,
    /// Serve TLS with these PEM files (paths relative to `towel.yaml`).
    pub tls: Option<Tls>,
}

/// A certificate chain and its key, as PEM files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tls {
    /// Certificate chain, leaf first.
    pub certificate: Spanned<String>,
    /// Private key.
    pub key: Spanned<String>,
}

/// What an environment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A developer's machine.
    Dev,
    /// Rehearsal.
    Staging,
    /// The real thing.
    Production,
}

/// What runs an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineKind {
    /// Processes (and containers) of this machine.
    Local,
    /// A cluster.
    Kubernetes,
}

/// A part of the product that runs its code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// Path of its Prometheus metrics.
    pub metrics: Option<Spanned<String>>,
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

/// How to tell that an instance lives and is ready.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// Failing means: restart it.
    pub live: Option<Spanned<Probe>>,
    /// Failing means: send it no traffic.
    pub ready: Option<Spanned<Probe>>,
    /// Time allowed from start until ready; liveness does not count before.
    pub start: Spanned<Duration>,
}

/// A question asked again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// What is asked.
    pub ask: Ask,
    /// From one question to the next.
    pub every: Duration,
    /// How long an answer may take.
    pub within: Duration,
    /// Failures in a row until it counts as failed.
    pub failures: u32,
    /// Successes in a row until it counts as well.
    pub successes: u32,
}

/// What a probe asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// GET of this path answers 200–399.
    Http(String),
    /// The port accepts a connection.
    Tcp,
    /// The command ends with 0.
    Run(Template),
}

/// An environment variable of the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// Its name.
    pub name: Spanned<String>,
    /// Its value, when the file gives one (a `secret:` is a reference in here too).
    pub value: Option<Spanned<Template>>,
    /// Type of the value.
    pub kind: VariableKind,
    /// Environments or classes in which it must have a value.
    pub required_in: Vec<Spanned<String>>,
    /// What it is for.
    pub description: Option<Spanned<String>>,
}

/// Type of an environment variable's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariableKind {
    /// Any text.
    Text,
    /// A URL with a scheme.
    Url,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A TCP port.
    Port,
}

/// Request and limit of an instance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Resources {
    /// Thousandths of a core.
    pub cpu: Option<Spanned<Range<Cpu>>>,
    /// Bytes.
    pub memory: Option<Spanned<Range<Size>>>,
}

/// When to add instances.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScaleOn {
    /// Of the CPU request.
    pub cpu: Option<Spanned<Percent>>,
    /// Of the memory request.
    pub memory: Option<Spanned<Percent>>,
}

/// How the outside reaches a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expose {
    /// Host name.
    pub host: Spanned<Template>,
    /// Path prefix; `/` when not given.
    pub path: Spanned<String>,
    /// Whether it speaks WebSocket.
    pub websocket: bool,
    /// Whether a client stays with its instance.
    pub sticky: bool,
    /// Most requests of one client address.
    pub rate_limit: Option<Spanned<Rate>>,
    /// The whole entry.
    #[serde(skip)]
    pub span: Span,
}

/// How versions are shipped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rollout {
    /// The way.
    pub strategy: Spanned<Strategy>,
    /// Shares of traffic, rising to 100 %.
    pub steps: Vec<Spanned<Percent>>,
    /// Least time at a step.
    pub bake: Spanned<Duration>,
    /// Most time for the whole rollout.
    pub deadline: Spanned<Duration>,
    /// Most instances above `replicas` while shipping.
    pub surge: Spanned<u32>,
    /// Commands run once before the canary starts.
    pub before: Vec<Hook>,
    /// Requests that must be answered well after promotion; safe to repeat.
    pub smoke: Vec<Smoke>,
    /// What happens when traffic never suffices to judge.
    pub on_insufficient: Spanned<OnInsufficient>,
}

/// The way a version is shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// A share of traffic, judged, step by step.
    Canary,
    /// Instance by instance; readiness only.
    Rolling,
    /// Stop the old, start the new; requests wait meanwhile.
    Recreate,
}

/// What happens when traffic never suffices to judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnInsufficient {
    /// Stay at the step and say so.
    Hold,
    /// Go on.
    Promote,
    /// Go back.
    Rollback,
}

/// A command run once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hook {
    /// The command.
    pub run: Spanned<Template>,
    /// Most time for it.
    pub within: Duration,
}

/// A request that must be answered well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Smoke {
    /// Path.
    pub get: Spanned<String>,
    /// Status.
    pub expect: u16,
    /// Most time for the answer.
    pub within: Duration,
}

/// Promises to users.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slo {
    /// Share of good requests.
    pub availability: Option<Spanned<Percent>>,
    /// Quantile (0.95) and the time within which that share is answered.
    pub latency: Vec<(f64, Spanned<Duration>)>,
    /// The period.
    pub over: Spanned<Duration>,
    /// Expected traffic.
    pub traffic: Option<Spanned<Rate>>,
    /// The whole entry.
    #[serde(skip)]
    pub span: Span,
}

/// A part of the product that keeps its data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Datastore {
    /// Its name.
    pub name: Spanned<String>,
    /// What it is.
    pub kind: Spanned<DatastoreKind>,
    /// Version of the server.
    pub version: Option<Spanned<String>>,
    /// How many servers.
    pub replicas: Spanned<u32>,
    /// Volume size.
    pub storage: Option<Spanned<Size>>,
    /// Most connections; the kind's own default when not given.
    pub max_connections: Option<Spanned<u32>>,
    /// How it is backed up.
    pub backup: Option<Backup>,
    /// The whole entry.
    #[serde(skip)]
    pub span: Span,
}

/// What a datastore is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatastoreKind {
    /// PostgreSQL.
    Postgres,
    /// MySQL.
    Mysql,
    /// MariaDB.
    Mariadb,
    /// MongoDB.
    Mongodb,
    /// Redis.
    Redis,
    /// RabbitMQ.
    Rabbitmq,
    /// An S3 bucket.
    S3,
}

/// How a datastore is backed up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backup {
    /// From one backup to the next.
    pub every: Spanned<Duration>,
    /// How long one takes, when known.
    pub takes: Option<Spanned<Duration>>,
    /// How many are kept.
    pub keep: Keep,
    /// Names of backup stores.
    pub to: Vec<Spanned<String>>,
    /// Recovery point objective: most data that may be lost, as time.
    pub rpo: Option<Spanned<Duration>>,
    /// Recovery time objective.
    pub rto: Option<Spanned<Duration>>,
    /// How often a restore is practised.
    pub drill: Option<Spanned<Duration>>,
    /// The whole entry.
    #[serde(skip)]
    pub span: Span,
}

/// How many backups are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// The newest of each hour.
    pub hourly: u32,
    /// The newest of each day.
    pub daily: u32,
    /// The newest of each week.
    pub weekly: u32,
    /// The newest of each month.
    pub monthly: u32,
    /// The newest of each year.
    pub yearly: u32,
}

/// Where backups go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackupStore {
    /// Its name.
    pub name: Spanned<String>,
    /// What it is.
    pub place: BackupPlace,
    /// Whether it stands elsewhere (another site, another account).
    pub offsite: bool,
}

/// What a backup store is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupPlace {
    /// A folder.
    Path(Spanned<String>),
    /// A bucket.
    S3 {
        /// Its name.
        bucket: Spanned<String>,
        /// Its region.
        region: Option<Spanned<String>>,
        /// Endpoint, for other providers than AWS.
        endpoint: Option<Spanned<String>>,
    },
}

/// A declared secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// Its name.
    pub name: Spanned<String>,
    /// How old it may become.
    pub rotate: Option<Spanned<Duration>>,
    /// So many random characters, when towel may make it.
    pub generate: Option<Spanned<u32>>,
    /// Environments or classes in which it must have a value.
    pub required_in: Vec<Spanned<String>>,
    /// What it is for.
    pub description: Option<Spanned<String>>,
}

/// A time without deploys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// Its name.
    pub name: Spanned<String>,
    /// When.
    pub window: Window,
    /// IANA time zone.
    pub timezone: Spanned<String>,
    /// The word that lets a deploy through.
    pub override_word: Option<Spanned<String>>,
    /// The whole entry.
    #[serde(skip)]
    pub span: Span,
}

/// When a freeze holds, in local time of its zone. The end is excluded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// Once.
    Once {
        /// First moment.
        from: Spanned<DateTime>,
        /// First moment after it.
        to: Spanned<DateTime>,
    },
    /// Every week. Minutes since Monday 00:00; `to` may be less than `from` and wraps.
    Weekly(Spanned<WeekRange>),
}

/// A range of the week, in minutes since Monday 00:00 local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekRange {
    /// First minute.
    pub from: u32,
    /// First minute after it.
    pub to: u32,
}

/// An alert declared by hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Its name.
    pub name: Spanned<String>,
    /// The metric.
    pub metric: Spanned<String>,
    /// Rate over this window; the value itself when not given.
    pub rate: Option<Spanned<Duration>>,
    /// Fires below.
    pub below: Option<Spanned<f64>>,
    /// Fires above.
    pub above: Option<Spanned<f64>>,
    /// Must hold for.
    pub hold: Spanned<Duration>,
    /// How bad.
    pub severity: Spanned<Severity>,
    /// Times of day, local to the product, in minutes: `09:00..18:00`.
    pub during: Option<Spanned<Range<u32>>>,
}

/// How bad an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Wakes somebody.
    Critical,
    /// Read in working hours.
    Warning,
    /// For the record.
    Info,
}

/// A probe from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideProbe {
    /// What is fetched.
    pub url: Spanned<Template>,
    /// From one to the next.
    pub every: Spanned<Duration>,
    /// Status.
    pub expect: Spanned<u16>,
}

/// Who hears of one kind of event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// `critical`, `warning`, `info` or `deploys`.
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

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Its name.
    pub name: Spanned<String>,
    /// Its Slack channel.
    pub slack: Option<Spanned<String>>,
    /// Its address.
    pub email: Option<Spanned<String>>,
}

/// Most that a month may cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// How much.
    pub amount: f64,
    /// ISO 4217 code.
    pub currency: String,
}
