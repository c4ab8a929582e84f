//! A typed client of the admin API.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;

use super::api::{DrainRequest, Drained, Problem};
use super::probe::{ProbeRequest, Probed};
use crate::control::InForce;
use crate::evidence::report::Stats;
use crate::handoff::{HandedOver, HandoffRequest};
use crate::table::Table;

/// Speaks to a gateway over its admin socket.
#[derive(Debug, Clone)]
pub struct Admin {
    /// The socket's path.
    pub socket: PathBuf,
}

/// Why the gateway did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// It does not answer.
    #[error("the gateway does not answer on `{}`: {reason}", socket.display())]
    Unreachable {
        /// Where it should.
        socket: PathBuf,
        /// What happened.
        reason: String,
    },
    /// It answered that it will not.
    #[error("{reason}")]
    Refused {
        /// 409: too old; 422: invalid; 404: unknown; 502: a probe without an answer.
        status: u16,
        /// Its own words.
        reason: String,
    },
}

impl Admin {
    /// A client for the gateway with this admin socket.
    pub fn new(socket: impl Into<PathBuf>) -> Self {
        Self { socket: socket.into() }
    }

    /// Puts a table in force; returns when every new request follows it.
    pub async fn put_table(&self, table: &Table) -> Result<InForce, AdminError> {
        self.ask(Method::PUT, "/table", Some(table)).await
    }

    /// The table in force.
    pub async fn table(&self) -> Result<Table, AdminError> {
        self.ask(Method::GET, "/table", None::<&()>).await
    }

    /// What was counted so far.
    pub async fn stats(&self) -> Result<Stats, AdminError> {
        self.ask(Method::GET, "/stats", None::<&()>).await
    }

    /// What is in flight, by target id.
    pub async fn targets(&self) -> Result<BTreeMap<String, u64>, AdminError> {
        self.ask(Method::GET, "/targets", None::<&()>).await
    }

    /// The metrics as Prometheus reads them.
    pub async fn metrics(&self) -> Result<String, AdminError> {
        let bytes = self.send(Method::GET, "/metrics", Bytes::new()).await?;
        String::from_utf8(bytes.into()).map_err(|e| self.unreachable(&e))
    }

    /// Waits until nothing is in flight to a target; at the limit the gateway cuts what is left.
    pub async fn drain(&self, target: &str, limit: Duration) -> Result<Drained, AdminError> {
        let limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        self.ask(Method::POST, "/drain", Some(&DrainRequest { target: target.to_owned(), limit_ms })).await
    }

    /// Sends a GET by force to an instance of a version; it counts as no evidence.
    pub async fn probe(&self, backend: &str, label: &str, path: &str, within: Duration) -> Result<Probed, AdminError> {
        let (backend, label, path) = (backend.to_owned(), label.to_owned(), path.to_owned());
        let timeout_ms = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
        self.ask(Method::POST, "/probe", Some(&ProbeRequest { backend, label, path, timeout_ms })).await
    }

    pub(crate) async fn hand_off(&self, asked: &HandoffRequest) -> Result<HandedOver, AdminError> {
        self.ask(Method::POST, "/handoff", Some(asked)).await
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<T, AdminError> {
        let body = match body {
            Some(body) => serde_json::to_vec(body).map_err(|e| self.unreachable(&e))?,
            None => Vec::new(),
        };
        let bytes = self.send(method, path, body.into()).await?;
        serde_json::from_slice(&bytes).map_err(|e| self.unreachable(&e))
    }

    async fn send(&self, method: Method, path: &str, body: Bytes) -> Result<Bytes, AdminError> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(http::header::HOST, "gateway")
            .header(http::header::CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .map_err(|e| self.unreachable(&e))?;
        let stream = UnixStream::connect(&self.socket).await.map_err(|e| self.unreachable(&e))?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|e| self.unreachable(&e))?;
        let exchange = async {
            let response = sender.send_request(request).await?;
            let status = response.status();
            let bytes = response.into_body().collect().await?.to_bytes();
            Ok::<_, hyper::Error>((status, bytes))
        };
        tokio::pin!(exchange);
        let answered = tokio::select! {
            biased;
            answered = &mut exchange => answered,
            // The connection's end may come together with the answer's.
            _ = connection => exchange.await,
        };
        let (status, bytes) = answered.map_err(|e| self.unreachable(&e))?;
        if status.is_success() {
            return Ok(bytes);
        }
        let reason = match serde_json::from_slice::<Problem>(&bytes) {
            Ok(problem) => problem.reason,
            Err(_) => String::from_utf8_lossy(&bytes).into_owned(),
        };
        Err(AdminError::Refused { status: status.as_u16(), reason })
    }

    fn unreachable(&self, reason: &impl ToString) -> AdminError {
        AdminError::Unreachable { socket: self.socket.clone(), reason: reason.to_string() }
    }
}
