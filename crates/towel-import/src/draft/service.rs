//! A part of a product that runs code, as far as it is known.

use super::Noted;

/// A part that runs code. Texts in `image`, `run`, `env`, `expose` and `before` are in towel's own notation: `${…}`
/// refers to something, `$${` is literal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Comments above it.
    pub remarks: Vec<String>,
    /// One line about it.
    pub description: Option<Noted<String>>,
    /// What it is built with.
    pub stack: Option<Noted<String>>,
    /// Its folder.
    pub source: Option<Noted<String>>,
    /// Its image.
    pub image: Option<Noted<String>>,
    /// Its command on this machine.
    pub run: Option<Noted<String>>,
    /// Where it listens.
    pub port: Option<Noted<u16>>,
    /// The path of its metrics.
    pub metrics: Option<Noted<String>>,
    /// Failing means: start it again.
    pub live: Option<Noted<Probe>>,
    /// Failing means: no traffic.
    pub ready: Option<Noted<Probe>>,
    /// Time allowed until it is ready.
    pub start: Option<Noted<String>>,
    /// What it needs.
    pub needs: Vec<Noted<String>>,
    /// Its variables.
    pub env: Vec<Variable>,
    /// Processor, from request to limit.
    pub cpu: Option<Noted<String>>,
    /// Memory, from request to limit.
    pub memory: Option<Noted<String>>,
    /// How many instances.
    pub replicas: Option<Noted<String>>,
    /// When there are more.
    pub scale_on: Option<Noted<ScaleOn>>,
    /// How long in-flight work may take.
    pub drain: Option<Noted<String>>,
    /// How the outside reaches it.
    pub expose: Option<Noted<Expose>>,
    /// Commands before a new version starts.
    pub before: Vec<Noted<String>>,
}

/// A question asked again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// What is asked.
    pub question: Question,
    /// From one question to the next.
    pub every: Option<String>,
    /// How long an answer may take.
    pub within: Option<String>,
    /// Failures in a row until it counts.
    pub failures: Option<u32>,
}

/// What a probe asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// GET of this path.
    Get(String),
    /// Whether the port accepts a connection.
    Tcp,
    /// Whether this command ends with 0.
    Run(String),
}

impl Probe {
    /// With the usual times.
    pub(crate) const fn of(question: Question) -> Self {
        Self { question, every: None, within: None, failures: None }
    }
}

/// An environment variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value, in towel's notation.
    pub value: String,
    /// What it was before a reference took its place, in towel's notation; taken again when the reference cannot stay.
    pub literal: Option<String>,
    /// Where it came from.
    pub note: Option<String>,
}

/// When instances are added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScaleOn {
    /// Of the processor that was asked for.
    pub cpu: Option<String>,
    /// Of the memory that was asked for.
    pub memory: Option<String>,
}

/// How the outside reaches a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expose {
    /// The host, in towel's notation.
    pub host: String,
    /// The path prefix.
    pub path: Option<String>,
}
