//! Connections that are kept open between the requests of a load.

use std::sync::Mutex;

use bytes::Bytes;
use http::Response;

use super::mix::Ask;
use crate::client::{AskError, Connection, Origin, send};

/// Idle connections to one server.
#[derive(Debug)]
pub(super) struct Pool {
    origin: Origin,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    pub(super) fn new(origin: Origin) -> Self {
        Self { origin, idle: Mutex::default() }
    }

    /// Sends what `ask` describes, once: nothing is tried again, so that nothing is hidden.
    pub(super) async fn send(&self, ask: &Ask) -> Result<Response<Bytes>, AskError> {
        let kept = if ask.fresh { None } else { self.take() };
        let mut connection = match kept {
            Some(connection) => connection,
            None => self.origin.connect().await?,
        };
        let answer = send(&mut connection, &self.origin, ask.request()).await?;
        if !ask.fresh {
            self.idle.lock().expect("no holder panics").push(connection);
        }
        Ok(answer)
    }

    fn take(&self) -> Option<Connection> {
        let mut idle = self.idle.lock().expect("no holder panics");
        idle.retain(|connection| !connection.is_closed());
        idle.pop()
    }
}
