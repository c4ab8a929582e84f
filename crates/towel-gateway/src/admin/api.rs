//! The routes of the admin API.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::probe::{ProbeFailed, ProbeRequest, Probed, probe};
use crate::control::{Control, InForce};
use crate::error::Refused;
use crate::evidence::report::Stats;
use crate::handoff::{HandedOver, HandoffRequest, Handover, Predecessor};
use crate::metrics::text::MEDIA_TYPE;
use crate::table::Table;

/// Bytes that a table may have as JSON: some hundred thousand targets.
const TABLE_LIMIT: usize = 64 * 1024 * 1024;

/// A drain to wait for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DrainRequest {
    /// Id of the target; one that is not known is empty.
    pub(crate) target: String,
    /// After so long what is left is cut.
    pub(crate) limit_ms: u64,
}

/// A drain that came to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drained {
    /// Requests, event streams and tunnels that had to be cut at the limit.
    pub cut: u64,
}

/// Why something was not done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Problem {
    pub(crate) reason: String,
}

/// What the routes work with.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) control: Arc<Control>,
    pub(crate) handover: Handover,
    pub(crate) predecessor: Predecessor,
}

/// All routes.
pub(crate) fn router(desk: Desk) -> Router {
    Router::new()
        .route("/table", put(put_table).get(get_table))
        .route("/stats", get(stats))
        .route("/metrics", get(metrics))
        .route("/targets", get(targets))
        .route("/drain", post(drain))
        .route("/probe", post(send_probe))
        .route("/handoff", post(handoff))
        .layer(DefaultBodyLimit::max(TABLE_LIMIT))
        .with_state(desk)
}

async fn put_table(State(desk): State<Desk>, Json(table): Json<Table>) -> Result<Json<InForce>, Response> {
    // A task of its own: whoever asked may go away, the table is put in force as a whole all the same.
    let putting = tokio::spawn(async move { desk.control.put(table).await });
    match putting.await {
        Ok(Ok(in_force)) => Ok(Json(in_force)),
        Ok(Err(refused @ (Refused::Older { .. } | Refused::Same(_) | Refused::Ending))) => {
            Err(problem(StatusCode::CONFLICT, &refused))
        }
        Ok(Err(refused)) => Err(problem(StatusCode::UNPROCESSABLE_ENTITY, &refused)),
        Err(panicked) => {
            Err(problem(StatusCode::INTERNAL_SERVER_ERROR, &format!("this is a bug in towel: {panicked}")))
        }
    }
}

async fn get_table(State(desk): State<Desk>) -> Json<Table> {
    Json(desk.control.table())
}

async fn stats(State(desk): State<Desk>) -> Json<Stats> {
    Json(desk.control.stats())
}

async fn metrics(State(desk): State<Desk>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], desk.control.metrics())
}

async fn targets(State(desk): State<Desk>) -> Json<BTreeMap<String, u64>> {
    let mut targets = desk.control.targets();
    for (target, elsewhere) in desk.predecessor.targets().await {
        *targets.entry(target).or_default() += elsewhere;
    }
    Json(targets)
}

async fn drain(State(desk): State<Desk>, Json(asked): Json<DrainRequest>) -> Json<Drained> {
    let limit = Duration::from_millis(asked.limit_ms);
    // What began before an upgrade of the gateway is still under way in its predecessor.
    let (here, there) =
        tokio::join!(desk.control.drain(&asked.target, limit), desk.predecessor.drain(&asked.target, limit));
    Json(Drained { cut: here + there })
}

async fn send_probe(State(desk): State<Desk>, Json(asked): Json<ProbeRequest>) -> Result<Json<Probed>, Response> {
    probe(&desk.control.shared, &asked).await.map(Json).map_err(|failed| {
        let status = match failed {
            ProbeFailed::NoAnswer(_) => StatusCode::BAD_GATEWAY,
            ProbeFailed::Unknown(_) => StatusCode::NOT_FOUND,
            ProbeFailed::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        problem(status, &failed)
    })
}

async fn handoff(State(desk): State<Desk>, Json(asked): Json<HandoffRequest>) -> Result<Json<HandedOver>, Response> {
    let later = desk.handover.begin(&desk, asked).await;
    later.map(Json).map_err(|failed| problem(StatusCode::CONFLICT, &failed))
}

fn problem(status: StatusCode, reason: &impl ToString) -> Response {
    (status, Json(Problem { reason: reason.to_string() })).into_response()
}
