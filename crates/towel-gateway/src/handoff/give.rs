//! The predecessor's side.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::wire;
use crate::admin::api::{Desk, router};
use crate::admin::socket;

/// Where the successor waits for the sockets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HandoffRequest {
    pub(crate) socket: PathBuf,
}

/// The sockets are in other hands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HandedOver {
    /// Where the admin API answers while requests of before end.
    pub(crate) admin: PathBuf,
}

/// Tells the process that its sockets are in other hands.
#[derive(Debug, Clone)]
pub(crate) struct Handover {
    done: Arc<Notify>,
    /// Where the admin API answers afterwards.
    later: PathBuf,
}

/// Why the sockets were kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HandoffFailed {
    #[error("the sockets are being handed over already")]
    Twice,
    #[error("the admin socket `{}` cannot be made: {source}", socket.display())]
    NoAdmin { socket: PathBuf, source: io::Error },
    #[error("the sockets could not be sent to `{}`: {source}", socket.display())]
    Unsent { socket: PathBuf, source: io::Error },
}

impl Handover {
    /// For a gateway with this admin socket.
    pub(crate) fn new(admin: &std::path::Path) -> Self {
        let mut name = admin.file_name().unwrap_or_default().to_owned();
        name.push(format!(".ending.{}", std::process::id()));
        Self { done: Arc::default(), later: admin.with_file_name(name) }
    }

    /// Sends the sockets; returns when the successor accepts on them, and has this process end.
    pub(crate) async fn begin(&self, desk: &Desk, asked: HandoffRequest) -> Result<HandedOver, HandoffFailed> {
        let handing_over = &desk.control.handing_over;
        if handing_over.swap(true, Ordering::AcqRel) {
            return Err(HandoffFailed::Twice);
        }
        let begun = self.try_begin(desk, asked).await;
        if begun.is_err() {
            handing_over.store(false, Ordering::Release);
        }
        begun
    }

    async fn try_begin(&self, desk: &Desk, asked: HandoffRequest) -> Result<HandedOver, HandoffFailed> {
        let admin = self.later.clone();
        let later = socket::bind(&admin).map_err(|source| HandoffFailed::NoAdmin { socket: admin.clone(), source })?;
        let sockets = desk.control.sockets().await;
        let to = asked.socket.clone();
        let sending = tokio::task::spawn_blocking(move || wire::send(&mut UnixStream::connect(to)?, &sockets));
        let sent = sending.await.unwrap_or_else(|panicked| Err(io::Error::other(panicked)));
        sent.map_err(|source| HandoffFailed::Unsent { socket: asked.socket, source })?;
        let desk = desk.clone();
        tokio::spawn(async move {
            // The file goes when the process ends, and with it this task.
            let _file = later.file;
            axum::serve(later.listener, router(desk)).await
        });
        self.done.notify_one();
        Ok(HandedOver { admin })
    }

    /// Waits until a successor accepts.
    pub(crate) async fn done(&self) {
        self.done.notified().await;
    }
}
