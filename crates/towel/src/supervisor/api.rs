//! The supervisor's API on its Unix socket: JSON in, JSON out, and events as lines.

use std::convert::Infallible;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::error::RecvError;
use towel_engine::EngineError;
use towel_rollout::driver::Refused;
use towel_rollout::journal::{Event, RolloutId};

use super::run::{Supervisor, Wish};
use super::views;
use super::wire::{ApplyBody, DeployBody, Done, DownBody, RollbackBody, ScaleBody, ServiceBody};
use crate::client::Refusal;
use crate::exit::{Failure, Status};

/// How long the answer to `down` waits for the end of everything.
const DOWN_LIMIT: Duration = Duration::from_secs(600);

type Shared = State<Arc<Supervisor>>;

/// Answers on `socket` until the task is dropped.
pub(super) async fn serve(supervisor: Arc<Supervisor>, socket: PathBuf) -> anyhow::Result<()> {
    // Only the holder of the lock comes here: a socket that is there was left by a dead supervisor.
    match std::fs::remove_file(&socket) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).context("remove the old socket");
        }
        _ => {}
    }
    let listener =
        tokio::net::UnixListener::bind(&socket).with_context(|| format!("listen on `{}`", socket.display()))?;
    std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o600)).context("close the socket to others")?;
    axum::serve(listener, routes().with_state(supervisor)).await.context("serve the socket")
}

fn routes() -> Router<Arc<Supervisor>> {
    Router::new()
        .route("/v1/status", get(status))
        .route("/v1/apply", post(apply))
        .route("/v1/deploy", post(deploy))
        .route("/v1/rollback", post(rollback))
        .route("/v1/abort", post(abort))
        .route("/v1/promote", post(promote))
        .route("/v1/scale", post(scale))
        .route("/v1/restart", post(restart))
        .route("/v1/down", post(down))
        .route("/v1/leave", post(leave))
        .route("/v1/rollouts/{id}", get(rollout))
        .route("/v1/history", get(history))
        .route("/v1/events", get(events))
        .route("/v1/freezes", get(freezes))
        .route("/v1/usage", get(usage))
        .route("/v1/exec/{name}", get(exec))
        .route("/metrics", get(metrics))
}

/// A failure as an answer: what the answer is no to is 409, what the world did is 500.
pub(super) struct Fault(anyhow::Error);

impl<E: Into<anyhow::Error>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let failure = self.0.downcast_ref::<Failure>();
        let refused = self.0.downcast_ref::<Refused>();
        let no = refused.is_some_and(|refused| {
            !matches!(refused, Refused::Journal(_) | Refused::Engine(EngineError::Outside { .. }))
        }) || failure.is_some_and(|failure| failure.status != Status::Outside);
        let status = if no { StatusCode::CONFLICT } else { StatusCode::INTERNAL_SERVER_ERROR };
        let help = failure.and_then(|failure| failure.help.clone());
        (status, Json(Refusal { error: format!("{:#}", self.0), help })).into_response()
    }
}

type Answer<T> = Result<Json<T>, Fault>;

async fn status(State(supervisor): Shared) -> Answer<super::wire::StatusView> {
    Ok(Json(views::status(&supervisor).await?))
}

async fn apply(State(supervisor): Shared, Json(body): Json<ApplyBody>) -> Answer<super::wire::Applied> {
    let stack = supervisor.read_again()?;
    Ok(Json(supervisor.bring_up(&stack, &body.versions, &body.by).await?))
}

async fn deploy(State(supervisor): Shared, Json(body): Json<DeployBody>) -> Answer<super::wire::Begun> {
    Ok(Json(supervisor.deploy(body).await?))
}

async fn rollback(State(supervisor): Shared, Json(body): Json<RollbackBody>) -> Answer<super::wire::Begun> {
    Ok(Json(supervisor.rollback(body).await?))
}

async fn abort(State(supervisor): Shared, Json(body): Json<ServiceBody>) -> Answer<Done> {
    Ok(Json(supervisor.abort(&body)?))
}

async fn promote(State(supervisor): Shared, Json(body): Json<ServiceBody>) -> Answer<Done> {
    Ok(Json(supervisor.promote(&body)?))
}

async fn scale(State(supervisor): Shared, Json(body): Json<ScaleBody>) -> Answer<Done> {
    Ok(Json(supervisor.scale(&body).await?))
}

async fn restart(State(supervisor): Shared, Json(body): Json<ServiceBody>) -> Answer<Done> {
    Ok(Json(supervisor.restart(&body).await?))
}

async fn down(State(supervisor): Shared, Json(body): Json<DownBody>) -> Answer<Done> {
    let stopped = supervisor.stopped.notified();
    supervisor.wish(Wish::Down { volumes: body.volumes });
    tokio::time::timeout(DOWN_LIMIT, stopped)
        .await
        .map_err(|_| Failure::outside(format!("not everything had stopped after {} s", DOWN_LIMIT.as_secs())))?;
    Ok(Json(Done { message: "everything is stopped".to_owned() }))
}

async fn leave(State(supervisor): Shared) -> Answer<Done> {
    supervisor.wish(Wish::Leave);
    Ok(Json(Done { message: "the supervisor goes; what it ran stays".to_owned() }))
}

async fn rollout(State(supervisor): Shared, Path(id): Path<u64>) -> Answer<super::wire::RolloutView> {
    Ok(Json(views::rollout(&supervisor, RolloutId(id)).await?))
}

#[derive(Deserialize)]
struct OfService {
    service: Option<String>,
}

async fn history(State(supervisor): Shared, Query(of): Query<OfService>) -> Answer<Vec<super::wire::HistoryView>> {
    Ok(Json(views::history(&supervisor, of.service.as_deref())?))
}

async fn freezes(State(supervisor): Shared) -> Json<super::wire::FreezesView> {
    Json(views::freezes(&supervisor.stack()))
}

async fn usage(State(supervisor): Shared) -> Answer<Vec<super::wire::UsageView>> {
    Ok(Json(views::usage(&supervisor).await))
}

async fn exec(State(supervisor): Shared, Path(name): Path<String>) -> Answer<super::wire::ExecView> {
    Ok(Json(views::exec(&supervisor, &name).await?))
}

async fn metrics(State(supervisor): Shared) -> Result<String, Fault> {
    Ok(supervisor.front.admin().metrics().await?)
}

#[derive(Deserialize)]
struct EventsQuery {
    #[serde(default)]
    follow: bool,
    lines: Option<u32>,
}

/// Events as lines of JSON: the latest ones, and with `follow` those that come.
async fn events(State(supervisor): Shared, Query(query): Query<EventsQuery>) -> Result<Response, Fault> {
    // Subscribed before the journal is read, so that none falls between the two.
    let mut coming = supervisor.driver.events();
    let past = supervisor.driver.journal().events(None, query.lines.unwrap_or(50))?;
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Bytes, Infallible>>(64);
    tokio::spawn(async move {
        let last = past.last().map(|event| event.at);
        for event in past {
            if sender.send(Ok(line(&event))).await.is_err() {
                return;
            }
        }
        if !query.follow {
            return;
        }
        loop {
            match coming.recv().await {
                Ok(event) if Some(event.at) <= last => {}
                Ok(event) => {
                    if sender.send(Ok(line(&event))).await.is_err() {
                        return;
                    }
                }
                // A reader that was too slow misses some; the journal has them.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    });
    let stream = futures_util::stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|line| (line, receiver))
    });
    Ok(Response::new(Body::from_stream(stream)))
}

fn line<T: Serialize>(value: &T) -> Bytes {
    let mut text = serde_json::to_vec(value).expect("events are plain data");
    text.push(b'\n');
    text.into()
}

/// Says every event where the supervisor says what happens.
pub(super) async fn tell_events(supervisor: Arc<Supervisor>) {
    let mut events = supervisor.driver.events();
    loop {
        match events.recv().await {
            Ok(event) => supervisor.say(&said(&event)),
            Err(RecvError::Lagged(missed)) => {
                supervisor.say(&format!("{missed} events went by unsaid; the journal has them"));
            }
            Err(RecvError::Closed) => return,
        }
    }
}

fn said(event: &Event) -> String {
    format!("{}: {}", event.service, event.message)
}
