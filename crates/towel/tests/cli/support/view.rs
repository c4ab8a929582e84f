//! The parts of `--json` answers that tests look at, as values.

use std::collections::BTreeMap;

use serde_json::Value;

/// What runs of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Running {
    /// The version that serves.
    pub(crate) version: String,
    /// Process ids by instance.
    pub(crate) pids: BTreeMap<String, i32>,
    /// Times that instances were started again, in all.
    pub(crate) restarts: u64,
    /// Whether a rollout is underway.
    pub(crate) shipping: bool,
}

impl Running {
    /// Reads one of `services` of `towel status --json`.
    pub(crate) fn read(service: &Value) -> Self {
        let instances = service["instances"].as_array().expect("a service has instances");
        let pid = |instance: &Value| i32::try_from(instance["pid"].as_i64().unwrap_or(0)).unwrap();
        Self {
            version: service["version"].as_str().unwrap_or_default().to_owned(),
            pids: instances.iter().map(|one| (one["id"].as_str().unwrap().to_owned(), pid(one))).collect(),
            restarts: instances.iter().map(|one| one["restarts"].as_u64().unwrap()).sum(),
            shipping: !service["rollout"].is_null(),
        }
    }
}

/// How a rollout ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ended {
    /// `healthy`, `rolled_back` or `failed`.
    pub(crate) outcome: String,
    /// Why, when it is not healthy.
    pub(crate) cause: String,
    /// How long it took; zero where that is not told.
    pub(crate) seconds: f64,
}

impl Ended {
    /// Reads what `towel deploy --json` prints.
    pub(crate) fn read(text: &str) -> Self {
        let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in `{text}`"));
        let word = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        Self { outcome: word("outcome"), cause: word("cause"), seconds: value["seconds"].as_f64().unwrap_or(0.0) }
    }

    /// Reads a rollout's record of `towel history --json`; none while it is underway.
    pub(crate) fn of_record(record: &Value) -> Option<Self> {
        let outcome = &record["outcome"];
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (!outcome.is_null()).then(|| Self {
            outcome: word(&outcome["outcome"]),
            cause: word(&outcome["cause"]["message"]),
            seconds: 0.0,
        })
    }
}
