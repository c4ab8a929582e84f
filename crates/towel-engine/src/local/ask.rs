//! Asks an instance one probe question and puts the answer in words.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::{Instant, timeout};

use super::Boxed;

/// A question that a probe asks.
pub(crate) enum Question {
    /// GET of this path.
    Http { address: SocketAddr, path: String },
    /// Whether the port accepts a connection.
    Tcp(SocketAddr),
    /// Whether the command ends with 0.
    Run(ProbeCommand),
    /// Something only one kind of server understands.
    Own(Box<dyn Ask>),
}

/// A question of a server's own protocol.
pub(crate) trait Ask: Send + Sync {
    /// The answer in words: good, or bad.
    fn ask(&self) -> Boxed<'_, Result<String, String>>;
}

/// A command, ready to be run.
#[derive(Debug, Clone)]
pub(crate) struct ProbeCommand {
    /// As it was written.
    pub(crate) shown: String,
    /// Its file.
    pub(crate) program: PathBuf,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// Where it runs.
    pub(crate) folder: PathBuf,
    /// Its whole environment.
    pub(crate) environment: Vec<(String, String)>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Whether it counts as a success.
    pub(crate) good: bool,
    /// In words, without the time: the same words mean that nothing changed.
    pub(crate) gist: String,
    /// How long it took, when that is worth telling.
    pub(crate) took: Option<Duration>,
}

impl Answer {
    /// `GET /ready answered 503 in 4 ms`.
    pub(crate) fn words(&self) -> String {
        match self.took {
            Some(took) => format!("{} in {} ms", self.gist, took.as_millis()),
            None => self.gist.clone(),
        }
    }

    fn told(good: bool, gist: impl Into<String>) -> Self {
        Self { good, gist: gist.into(), took: None }
    }
}

impl Question {
    /// Asks, and waits no longer than `within`.
    pub(crate) async fn ask(&self, within: Duration) -> Answer {
        let began = Instant::now();
        let asked = async {
            match self {
                Self::Http { address, path } => get(*address, path).await,
                Self::Tcp(address) => connect(*address).await,
                Self::Run(command) => run(command).await,
                Self::Own(own) => {
                    own.ask().await.map_or_else(|bad| Answer::told(false, bad), |good| Answer::told(true, good))
                }
            }
        };
        match timeout(within, asked).await {
            Ok(answer) if matches!(self, Self::Http { .. }) && answer.gist.starts_with("GET") => {
                Answer { took: Some(began.elapsed()), ..answer }
            }
            Ok(answer) => answer,
            Err(_) => Answer::told(false, format!("no answer {} within {}", self.place(), super::words::span(within))),
        }
    }

    fn place(&self) -> String {
        match self {
            Self::Http { path, .. } => format!("to GET {path}"),
            Self::Tcp(address) => format!("from {address}"),
            Self::Run(command) => format!("from `{}`", command.shown),
            Self::Own(_) => "to its own protocol".to_owned(),
        }
    }
}

async fn get(address: SocketAddr, path: &str) -> Answer {
    let stream = match TcpStream::connect(address).await {
        Ok(stream) => stream,
        Err(error) => return Answer::told(false, refusal(address, &error)),
    };
    match exchange(stream, address, path).await {
        Ok(status) => Answer::told(
            status.is_success() || status.is_redirection(),
            format!("GET {path} answered {}", status.as_u16()),
        ),
        Err(error) => Answer::told(false, format!("GET {path} was not answered: {error}")),
    }
}

async fn exchange(stream: TcpStream, address: SocketAddr, path: &str) -> Result<http::StatusCode, String> {
    let request = http::Request::get(path)
        .header(http::header::HOST, address.to_string())
        .header(http::header::USER_AGENT, "towel-probe")
        .header(http::header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|error| format!("`{path}` is no path: {error}"))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(words)?;
    let answered = async {
        let mut response = sender.send_request(request).await.map_err(words)?;
        let status = response.status();
        // Read a little of the body, so that the service does not log a broken connection for each probe.
        let mut left = 64 * 1024_usize;
        while let Some(Ok(frame)) = response.body_mut().frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(1, Bytes::len));
            if left == 0 {
                break;
            }
        }
        Ok(status)
    };
    // The connection is driven here, not in a task of its own.
    tokio::pin!(answered, connection);
    tokio::select! {
        biased;
        answer = &mut answered => answer,
        ended = &mut connection => match ended {
            Ok(()) => answered.await,
            Err(error) => Err(words(error)),
        },
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
fn words(error: hyper::Error) -> String {
    let cause = std::error::Error::source(&error).map(|source| format!(": {source}")).unwrap_or_default();
    format!("{error}{cause}")
}

async fn connect(address: SocketAddr) -> Answer {
    match TcpStream::connect(address).await {
        Ok(_) => Answer::told(true, format!("{address} accepts connections")),
        Err(error) => Answer::told(false, refusal(address, &error)),
    }
}

/// Why nothing could be connected to.
pub(crate) fn refusal(address: SocketAddr, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::ConnectionRefused => format!("connection refused on {address}"),
        _ => format!("no connection to {address}: {error}"),
    }
}

async fn run(command: &ProbeCommand) -> Answer {
    let child = Command::new(&command.program)
        .args(&command.arguments)
        .current_dir(&command.folder)
        .env_clear()
        .envs(command.environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .status();
    let shown = &command.shown;
    match child.await {
        Ok(status) => match status.code() {
            Some(code) => Answer::told(code == 0, format!("`{shown}` ended with {code}")),
            None => Answer::told(false, format!("`{shown}` was ended by a signal")),
        },
        Err(error) => Answer::told(false, format!("`{shown}` could not be run: {error}")),
    }
}
