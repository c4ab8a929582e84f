//! A running API and a client for it: what every test here begins with.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use pizzeria::{Api, ApiSettings, Faults, ServeError, ServerSettings};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Generous: a busy machine is slow, a broken service is silent for ever.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// An API that runs until it is told to stop.
pub(crate) struct Counter {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), ServeError>>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }
}

impl Counter {
    pub(crate) async fn open() -> Self {
        Self::with(Faults::default()).await
    }

    pub(crate) async fn with(faults: Faults) -> Self {
        Self::run(ApiSettings { server: server(faults), ..ApiSettings::default() }).await
    }

    pub(crate) async fn run(settings: ApiSettings) -> Self {
        let api = Api::bind(settings).await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let address = api.address();
        let serving = tokio::spawn(api.serve(async move { drop(stopped.await) }));
        Self { address, stop, serving }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        get(self.address, path).await
    }

    pub(crate) async fn order(&self, key: &str, body: &'static str) -> Answer {
        let request = Request::post("/orders").header("host", "test").header("idempotency-key", key);
        ask(self.address, request.body(Full::from(body)).unwrap()).await.unwrap()
    }

    /// Tells it to stop, and waits until it has.
    pub(crate) async fn stop(self) -> Result<(), ServeError> {
        self.tell_to_stop().await
    }

    /// Tells it to stop; what is returned waits until it has.
    pub(crate) fn tell_to_stop(self) -> impl Future<Output = Result<(), ServeError>> {
        self.stop.send(()).unwrap();
        ended(self.serving)
    }

    /// Waits until it ends by itself.
    pub(crate) async fn crash(self) -> Result<(), ServeError> {
        ended(self.serving).await
    }
}

async fn ended(serving: JoinHandle<Result<(), ServeError>>) -> Result<(), ServeError> {
    within(serving).await.unwrap()
}

pub(crate) fn server(faults: Faults) -> ServerSettings {
    ServerSettings { faults, linger: Duration::from_millis(100), finish: PATIENCE, ..ServerSettings::default() }
}

pub(crate) async fn get(address: SocketAddr, path: &str) -> Answer {
    ask(address, Request::get(path).header("host", "test").body(Full::default()).unwrap()).await.unwrap()
}

pub(crate) async fn ask(address: SocketAddr, request: Request<Full<Bytes>>) -> Result<Answer, hyper::Error> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    within(async {
        let (head, body) = sender.send_request(request).await?.into_parts();
        Ok(Answer { status: head.status, headers: head.headers, body: body.collect().await?.to_bytes() })
    })
    .await
}

pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_late| panic!("nothing within {PATIENCE:?}"))
}
