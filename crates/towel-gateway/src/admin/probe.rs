//! A request that is sent by force to a version and counts as no evidence.

use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::shared::Shared;
use crate::split::dice;
use crate::target::Flight;

/// What to send where.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ProbeRequest {
    pub(crate) backend: String,
    /// Of the version.
    pub(crate) label: String,
    pub(crate) path: String,
    pub(crate) timeout_ms: u64,
}

/// The answer of a version to a probe.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Probed {
    /// Of the answer.
    pub status: u16,
    /// Until the whole answer was there.
    pub seconds: f64,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProbeFailed {
    #[error("{0}")]
    Unknown(String),
    #[error("{0}")]
    Invalid(String),
    #[error("{0}")]
    NoAnswer(String),
}

/// Sends a GET to a random target of the version.
pub(crate) async fn probe(shared: &Shared, asked: &ProbeRequest) -> Result<Probed, ProbeFailed> {
    let flight = find(shared, asked)?;
    let address = flight.target().address;
    let start = Instant::now();
    let within = Duration::from_millis(asked.timeout_ms);
    let no_answer =
        |why: String| ProbeFailed::NoAnswer(format!("`{}` of `{}` at {address}: {why}", asked.path, asked.label));
    match timeout(within, get(asked, address)).await {
        Ok(Ok(status)) => Ok(Probed { status, seconds: start.elapsed().as_secs_f64() }),
        Ok(Err(Got::Invalid(why))) => Err(ProbeFailed::Invalid(why)),
        Ok(Err(Got::Broken(why))) => Err(no_answer(why)),
        Err(_) => Err(no_answer(format!("no answer within {within:?}"))),
    }
}

fn find(shared: &Shared, asked: &ProbeRequest) -> Result<Flight, ProbeFailed> {
    let plan = shared.plan.load();
    let backend = plan.backends.get(&asked.backend);
    let backend = backend.ok_or_else(|| ProbeFailed::Unknown(format!("there is no backend `{}`", asked.backend)))?;
    let version = backend.versions.iter().find(|v| v.label == asked.label);
    let version =
        version.ok_or_else(|| ProbeFailed::Unknown(format!("`{}` has no version `{}`", asked.backend, asked.label)))?;
    let count = version.targets.len() as u64;
    if count == 0 {
        return Err(ProbeFailed::NoAnswer(format!("`{}` of `{}` has no instance", asked.label, asked.backend)));
    }
    let target = &version.targets[dice::roll(|d| d.below(count)) as usize];
    Ok(Flight::begin(target))
}

enum Got {
    Invalid(String),
    Broken(String),
}

async fn get(asked: &ProbeRequest, address: std::net::SocketAddr) -> Result<u16, Got> {
    let request = http::Request::get(&asked.path)
        .header(http::header::HOST, "localhost")
        .header(http::header::USER_AGENT, "towel-probe")
        .header(http::header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|e| Got::Invalid(format!("the path `{}` is not valid: {e}", asked.path)))?;
    let stream = TcpStream::connect(address).await.map_err(|e| Got::Broken(e.to_string()))?;
    let broken = |e: hyper::Error| Got::Broken(e.to_string());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let exchange = async {
        let response = sender.send_request(request).await?;
        let status = response.status().as_u16();
        let mut body = response.into_body();
        while let Some(frame) = body.frame().await {
            frame?;
        }
        Ok(status)
    };
    tokio::pin!(exchange);
    tokio::select! {
        biased;
        status = &mut exchange => status.map_err(broken),
        // The connection's end may come together with the answer's.
        _ = connection => exchange.await.map_err(broken),
    }
}
