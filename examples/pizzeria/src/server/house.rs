//! What all requests to one instance share: its name, its counters, its faults, and whether it is leaving.

use std::time::Duration;

use http::{HeaderValue, Method, StatusCode};
use serde_json::{Value, json as object};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep};

use super::answer::{Answer, problem};
use super::faults::{Fate, Trouble};
use super::metrics::Metrics;
use super::settings::ServerSettings;

/// Hears when the instance is told to stop; as long as one is held, the instance waits for its holder.
#[derive(Debug)]
pub(crate) struct Leaving(watch::Receiver<bool>);

impl Leaving {
    /// Returns once the instance was told to stop.
    pub(crate) async fn told(&mut self) {
        // The sender outlives its receivers' work; were it gone, stopping would be right too.
        drop(self.0.wait_for(|leaving| *leaving).await);
    }
}

/// One running instance.
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) settings: ServerSettings,
    pub(crate) instance: String,
    pub(crate) metrics: Metrics,
    pub(super) leave: watch::Sender<bool>,
    pub(super) crash: Notify,
    started: Instant,
    trouble: Trouble,
}

impl House {
    pub(crate) fn new(settings: ServerSettings) -> Self {
        Self {
            instance: format!("{}-{}", settings.version, std::process::id()),
            settings,
            metrics: Metrics::default(),
            leave: watch::Sender::new(false),
            crash: Notify::new(),
            started: Instant::now(),
            trouble: Trouble::default(),
        }
    }

    /// To be held by whatever must be told before the instance stops.
    pub(crate) fn leaving(&self) -> Leaving {
        Leaving(self.leave.subscribe())
    }

    /// The readiness report's entry on how long the instance has been up, and whether it means to stay.
    pub(crate) fn uptime(&self) -> Value {
        let reason = if self.settings.faults.never_ready {
            Some("this version never becomes ready, on purpose")
        } else if self.is_starting() {
            Some("still starting, slowly, on purpose")
        } else if *self.leave.borrow() {
            Some("stopping")
        } else {
            None
        };
        let status = if reason.is_some() { "degraded" } else { "ok" };
        object!({ "status": status, "seconds": self.started.elapsed().as_secs(), "reason": reason })
    }

    fn is_starting(&self) -> bool {
        self.started.elapsed() < self.settings.faults.slow_start
    }

    /// What goes wrong with this request, if anything does.
    pub(super) async fn spoil(&self, method: &Method, path: &str) -> Option<Answer> {
        if path.starts_with("/health/") || path == "/metrics" {
            return None;
        }
        let faults = &self.settings.faults;
        if self.is_starting() {
            return Some(problem(StatusCode::SERVICE_UNAVAILABLE, "still starting"));
        }
        match self.trouble.decide(faults) {
            Fate::Crash => {
                self.crash.notify_one();
                std::future::pending().await
            }
            Fate::Fail => {
                sleep(faults.latency).await;
                faults.note(&self.settings.version, &format!("{method} {path}"));
                Some(problem(StatusCode::INTERNAL_SERVER_ERROR, "the oven is cold"))
            }
            Fate::Serve => {
                sleep(faults.latency).await;
                None
            }
        }
    }

    /// Counts an answer and puts on it what every answer carries.
    pub(super) fn sign(&self, method: &Method, route: &'static str, took: Duration, answer: &mut Answer) {
        self.metrics.answered(method.as_str(), route, answer.status().as_u16(), took);
        let headers = answer.headers_mut();
        if let Ok(version) = HeaderValue::from_str(&self.settings.version) {
            headers.insert("x-version", version);
        }
        headers.insert("access-control-allow-origin", HeaderValue::from_static("*"));
        headers.insert("access-control-expose-headers", HeaderValue::from_static("x-version"));
        if *self.leave.borrow() && !headers.contains_key(http::header::UPGRADE) {
            headers.insert(http::header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
}
