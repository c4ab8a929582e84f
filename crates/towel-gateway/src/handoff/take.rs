//! The successor's side.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use tokio::task::JoinHandle;

use super::give::{HandedOver, HandoffRequest};
use super::wire;
use crate::admin::client::{Admin, AdminError};
use crate::error::GatewayError;

/// Sockets that came from a predecessor, which waits to hear that we accept on them.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) sockets: Vec<(SocketAddr, TcpListener)>,
    stream: UnixStream,
    asking: JoinHandle<Result<HandedOver, AdminError>>,
}

/// Asks the gateway on `admin` for its sockets; nothing when there is no such gateway.
pub(crate) async fn take(admin: &Path) -> Result<Option<Taken>, GatewayError> {
    if tokio::net::UnixStream::connect(admin).await.is_err() {
        return Ok(None);
    }
    let failed = |e: io::Error| GatewayError::Takeover(e.to_string());
    let meeting = Meeting::open(admin).map_err(failed)?;
    let asked = HandoffRequest { socket: meeting.path.clone() };
    let client = Admin::new(admin);
    let mut asking = tokio::spawn(async move { client.hand_off(&asked).await });
    let mut receiving = tokio::task::spawn_blocking(move || {
        let (stream, _) = meeting.listener.accept()?;
        Ok::<_, io::Error>((wire::receive(&stream)?, stream))
    });
    tokio::select! {
        // It only answers when it is all over; before that it is a refusal.
        answered = &mut asking => {
            let reason = match answered {
                Ok(Err(refused)) => refused.to_string(),
                other => format!("it ended the handover early: {other:?}"),
            };
            Err(GatewayError::Takeover(reason))
        }
        received = &mut receiving => {
            let received = received.unwrap_or_else(|panicked| Err(io::Error::other(panicked)));
            let (sockets, stream) = received.map_err(failed)?;
            Ok(Some(Taken { sockets, stream, asking }))
        }
    }
}

impl Taken {
    /// Lets the predecessor go; returns where it answers while it ends what it began.
    pub(crate) async fn release(mut self) -> Result<PathBuf, GatewayError> {
        wire::confirm(&mut self.stream).map_err(|e| GatewayError::Takeover(e.to_string()))?;
        match self.asking.await {
            Ok(Ok(handed_over)) => Ok(handed_over.admin),
            Ok(Err(refused)) => Err(GatewayError::Takeover(refused.to_string())),
            Err(panicked) => Err(GatewayError::Takeover(panicked.to_string())),
        }
    }
}

/// A Unix socket beside the admin socket, for this one meeting.
struct Meeting {
    path: PathBuf,
    listener: UnixListener,
}

impl Meeting {
    fn open(admin: &Path) -> io::Result<Self> {
        let mut name = admin.file_name().unwrap_or_default().to_owned();
        name.push(format!(".handoff.{}", std::process::id()));
        let path = admin.with_file_name(name);
        if path.exists() {
            std::fs::remove_file(&path)?;
        }
        let listener = UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        Ok(Self { path, listener })
    }
}

impl Drop for Meeting {
    fn drop(&mut self) {
        // A file that stays behind is replaced by the next one with our process id.
        drop(std::fs::remove_file(&self.path));
    }
}
