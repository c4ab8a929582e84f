//! How to tell that an instance lives and is ready.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use towel_source::{Node, Span, Spanned, Value};

use crate::Template;
use crate::key::{Kind, Read, Reader, either, keys};
use crate::reference::Filled;
use crate::word::{Interval, Path, Positive, Word};

/// From one question of a probe to the next. Engines ask more often while an instance starts; once
/// it is ready, a hundred instances that are asked every second cost 2.7 % of a core, every five
/// seconds 0.4 %.
const EVERY: Duration = Duration::from_secs(5);

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

keys! {
    /// How to tell that an instance lives and is ready.
    HealthKeys = "health" {
        /// Failing means: start it again.
        live: Spanned<ProbeForm>;
        /// Failing means: send it no traffic.
        ready: Spanned<ProbeForm>;
        /// Time allowed from start until ready; liveness does not count before.
        start: Spanned<Interval>, default "30s";
    }
}

keys! {
    /// A question asked again and again: one of `get`, `tcp` and `run`.
    ProbeKeys = "probe of an instance" {
        /// GET of this path answers 200–399.
        get: Spanned<Path>;
        /// The port accepts a connection.
        tcp: Spanned<bool>;
        /// The command ends with 0.
        run: Spanned<Filled>;
        /// From one question to the next.
        every: Interval, default "5s";
        /// How long an answer may take.
        within: Interval, default "2s";
        /// Failures in a row until it counts as failed.
        failures: Positive, default "3";
        /// Successes in a row until it counts as well.
        successes: Positive, default "1";
    }
}

/// A probe as it is written: a path, or everything about it.
#[derive(Debug, Clone)]
pub(crate) struct ProbeForm {
    ask: Ask,
    every: Option<Interval>,
    within: Option<Interval>,
    failures: Option<Positive>,
    successes: Option<Positive>,
}

impl Read for ProbeForm {
    fn kind() -> Kind {
        either(Kind::Word(Path::about()), ProbeKeys::kind())
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            Value::Mapping(_) => ProbeKeys::read(node, reader)?.form(reader),
            Value::Scalar(_) => {
                let path = Path::read(node, reader)?;
                Some(Self { ask: Ask::Http(path.0), every: None, within: None, failures: None, successes: None })
            }
            _ => {
                reader.wrong_type(node, &Self::kind());
                None
            }
        }
    }
}

impl ProbeKeys {
    fn form(self, reader: &mut Reader<'_>) -> Option<ProbeForm> {
        let tcp = self.tcp.filter(|tcp| tcp.value);
        let given: [(&str, Option<Span>); 3] = [
            ("get", self.get.as_ref().map(|it| it.span)),
            ("tcp", tcp.map(|it| it.span)),
            ("run", self.run.as_ref().map(|it| it.span)),
        ];
        if !reader.exactly_one("a probe", self.span, &given) {
            return None;
        }
        let ask = match (self.get, self.run) {
            (Some(path), _) => Ask::Http(path.value.0),
            (None, Some(command)) => Ask::Run(command.value.0),
            (None, None) => Ask::Tcp,
        };
        let Self { every, within, failures, successes, .. } = self;
        Some(ProbeForm { ask, every, within, failures, successes })
    }
}

impl ProbeForm {
    fn build(self) -> Probe {
        Probe {
            ask: self.ask,
            every: self.every.map_or(EVERY, |every| every.0),
            within: self.within.map_or(Duration::from_secs(2), |within| within.0),
            failures: self.failures.map_or(3, |count| count.0),
            successes: self.successes.map_or(1, |count| count.0),
        }
    }
}

impl Health {
    /// With the defaults where `keys` say nothing; `at` is the service.
    pub(crate) fn build(keys: Option<HealthKeys>, at: Span) -> Self {
        let start = Spanned::new(Duration::from_secs(30), at);
        let Some(keys) = keys else { return Self { live: None, ready: None, start } };
        let probe = |form: Spanned<ProbeForm>| form.map(ProbeForm::build);
        Self {
            live: keys.live.map(probe),
            ready: keys.ready.map(probe),
            start: keys.start.map_or(start, |start| start.map(|start| start.0)),
        }
    }
}
