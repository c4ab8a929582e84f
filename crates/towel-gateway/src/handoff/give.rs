//! The predecessor's side.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::wire;
use crate::control::Control;

/// Where the successor waits for the sockets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HandoffRequest {
    pub(crate) socket: PathBuf,
}

/// Tells the process that its sockets are in other hands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Handover(Arc<Notify>);

/// Why the sockets were kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HandoffFailed {
    #[error("the sockets are being handed over already")]
    Twice,
    #[error("the sockets could not be sent to `{}`: {source}", socket.display())]
    Unsent { socket: PathBuf, source: io::Error },
}

impl Handover {
    /// Sends the sockets; returns when the successor accepts on them, and has this process end.
    pub(crate) async fn begin(&self, control: &Arc<Control>, asked: HandoffRequest) -> Result<(), HandoffFailed> {
        if control.handing_over.swap(true, Ordering::AcqRel) {
            return Err(HandoffFailed::Twice);
        }
        let sockets = control.sockets().await;
        let socket = asked.socket.clone();
        let sending = tokio::task::spawn_blocking(move || wire::send(&mut UnixStream::connect(socket)?, &sockets));
        let sent = sending.await.unwrap_or_else(|panicked| Err(io::Error::other(panicked)));
        sent.map_err(|source| {
            control.handing_over.store(false, Ordering::Release);
            HandoffFailed::Unsent { socket: asked.socket, source }
        })?;
        self.0.notify_one();
        Ok(())
    }

    /// Waits until a successor accepts.
    pub(crate) async fn done(&self) {
        self.0.notified().await;
    }
}
