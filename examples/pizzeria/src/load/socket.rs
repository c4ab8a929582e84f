//! A WebSocket client that stays, and comes back when it was sent away.

use std::time::Duration;

use futures_util::StreamExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::ledger::Ledger;
use crate::client::Origin;

const PAUSE: Duration = Duration::from_millis(200);
const OPENING: Duration = Duration::from_secs(5);

/// Keeps one WebSocket open for ever; whoever spawned it aborts it.
pub(super) async fn stay(origin: &Origin, ledger: &Ledger) {
    loop {
        match tokio::time::timeout(OPENING, open(origin)).await {
            Ok(Ok(socket)) => {
                ledger.socket(|counts| counts.opened += 1);
                listen(socket, ledger).await;
            }
            _refused_or_late => ledger.socket(|counts| counts.refused += 1),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn open(origin: &Origin) -> Result<WebSocketStream<TcpStream>, Error> {
    let stream = origin.dial().await?;
    let (socket, _answer) = client_async(format!("ws://{}/orders/live", origin.authority()), stream).await?;
    Ok(socket)
}

async fn listen(mut socket: WebSocketStream<TcpStream>, ledger: &Ledger) {
    while let Some(message) = socket.next().await {
        match message {
            Ok(Message::Close(_)) => return ledger.socket(|counts| counts.goodbyes += 1),
            Ok(_) => ledger.socket(|counts| counts.messages += 1),
            Err(_cut) => break,
        }
    }
    ledger.socket(|counts| counts.cut += 1);
}
