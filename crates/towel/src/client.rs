//! Speaks HTTP over a Unix socket with the supervisor of an environment.

use std::path::PathBuf;

use anyhow::Context;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;

use crate::exit::Failure;

/// The supervisor's answer when it says no.
#[derive(Debug, serde::Deserialize, Serialize)]
pub(crate) struct Refusal {
    /// What happened, and where.
    pub(crate) error: String,
    /// What to do.
    pub(crate) help: Option<String>,
}

/// A client of one supervisor. Each call is a connection of its own.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    socket: PathBuf,
    environment: String,
}

impl Client {
    /// A client of the supervisor at `socket`. Connects to nothing yet.
    pub(crate) fn new(socket: PathBuf, environment: &str) -> Self {
        Self { socket, environment: environment.to_owned() }
    }

    /// Whether a supervisor answers.
    pub(crate) async fn is_up(&self) -> bool {
        UnixStream::connect(&self.socket).await.is_ok()
    }

    /// GET as JSON.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let body = self.call(http::Method::GET, path, Bytes::new()).await?;
        read_json(body).await
    }

    /// POST JSON, answer as JSON.
    pub(crate) async fn post<B: Serialize, T: DeserializeOwned>(&self, path: &str, body: &B) -> anyhow::Result<T> {
        let body = serde_json::to_vec(body).context("write the request")?;
        let body = self.call(http::Method::POST, path, body.into()).await?;
        read_json(body).await
    }

    /// GET as a stream of lines.
    pub(crate) async fn lines(&self, path: &str) -> anyhow::Result<Lines> {
        let body = self.call(http::Method::GET, path, Bytes::new()).await?;
        Ok(Lines { body, rest: Vec::new(), ended: false })
    }

    async fn call(&self, method: http::Method, path: &str, body: Bytes) -> anyhow::Result<hyper::body::Incoming> {
        let stream = self.connect().await?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.context("speak with the supervisor")?;
        tokio::spawn(async move {
            // The reader of the answer sees the same fault, and tells it.
            if connection.await.is_err() {}
        });
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header(http::header::HOST, "towel")
            .header(http::header::CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .context("make the request")?;
        let response = sender.send_request(request).await.context("the supervisor went away while it was asked")?;
        if response.status().is_success() {
            return Ok(response.into_body());
        }
        Err(refused(response).await)
    }

    async fn connect(&self) -> anyhow::Result<UnixStream> {
        match UnixStream::connect(&self.socket).await {
            Ok(stream) => Ok(stream),
            Err(error) if is_absent(&error) => {
                Err(Failure::no(format!("environment `{}` is not running here", self.environment))
                    .help("start it with `towel up --detach`")
                    .into())
            }
            Err(error) => Err(error).with_context(|| format!("connect to `{}`", self.socket.display())),
        }
    }
}

fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::ConnectionRefused)
}

async fn refused(response: http::Response<hyper::body::Incoming>) -> anyhow::Error {
    let status = response.status();
    let body = match response.into_body().collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => return anyhow::Error::new(error).context("read the supervisor's answer"),
    };
    let Ok(refusal) = serde_json::from_slice::<Refusal>(&body) else {
        return Failure::outside(format!("the supervisor answered {status}: {}", String::from_utf8_lossy(&body)))
            .into();
    };
    let failure = if status.is_server_error() { Failure::outside(refusal.error) } else { Failure::no(refusal.error) };
    match refusal.help {
        Some(help) => failure.help(help).into(),
        None => failure.into(),
    }
}

async fn read_json<T: DeserializeOwned>(body: hyper::body::Incoming) -> anyhow::Result<T> {
    let bytes = body.collect().await.context("read the supervisor's answer")?.to_bytes();
    serde_json::from_slice(&bytes)
        .context("the supervisor's answer has another shape: was it started by another version of towel?")
}

/// Lines of an answer that goes on.
pub(crate) struct Lines {
    body: hyper::body::Incoming,
    rest: Vec<u8>,
    ended: bool,
}

impl Lines {
    /// The next line; none when the supervisor has closed the answer.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Option<String>> {
        loop {
            if let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.rest.drain(..=end).collect();
                return Ok(Some(String::from_utf8_lossy(&line[..end]).into_owned()));
            }
            if self.ended {
                return Ok(None);
            }
            match self.body.frame().await {
                None => self.ended = true,
                Some(frame) => {
                    if let Ok(data) = frame.context("the supervisor went away")?.into_data() {
                        self.rest.extend_from_slice(&data);
                    }
                }
            }
        }
    }
}
