//! Order progress as it happens: over a WebSocket and as an event stream.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, Stream, StreamExt, stream};
use http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{interval, sleep};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, frame::coding::CloseCode};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::server::{Answer, Leaving, problem};

type Socket = WebSocketStream<TokioIo<Upgraded>>;
type Told = broadcast::Receiver<Arc<str>>;

/// Often enough that no proxy takes a quiet connection for a dead one.
const PULSE: Duration = Duration::from_secs(10);

/// Turns the connection into a WebSocket that first says `hello` and then tells what it hears.
pub(super) fn socket(mut request: Request<Incoming>, hello: String, told: Told, leaving: Leaving) -> Answer {
    let key = request.headers().get(SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()));
    let Some(accept) = key.and_then(|key| HeaderValue::from_str(&key).ok()) else {
        return problem(StatusCode::UPGRADE_REQUIRED, "this is a WebSocket; connect with `ws://`");
    };
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        // The client may be gone before the upgrade is done, or at any time after; that is its right.
        if let Ok(connection) = upgrade.await {
            let socket = WebSocketStream::from_raw_socket(TokioIo::new(connection), Role::Server, None).await;
            drop(converse(socket, hello, told, leaving).await);
        }
    });
    let mut answer = Response::new(Default::default());
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("upgrade"));
    answer.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
    answer.headers_mut().insert(SEC_WEBSOCKET_ACCEPT, accept);
    answer
}

async fn converse(mut socket: Socket, hello: String, mut told: Told, mut leaving: Leaving) -> Result<(), Error> {
    let mut pulse = interval(PULSE);
    socket.send(Message::text(hello)).await?;
    loop {
        tokio::select! {
            () = leaving.told() => return say_goodbye(socket).await,
            _ = pulse.tick() => socket.send(Message::Ping(Bytes::new())).await?,
            progress = told.recv() => match progress {
                Ok(progress) => socket.send(Message::text(&*progress)).await?,
                Err(RecvError::Lagged(_)) => (),
                Err(RecvError::Closed) => return say_goodbye(socket).await,
            },
            said = socket.next() => match said {
                // Pings are answered by the library; whatever else the client says is not for us.
                Some(Ok(_)) => (),
                Some(Err(error)) => return Err(error),
                None => return Ok(()),
            },
        }
    }
}

/// Close code 1001, going away: the client is to connect again, and will find another instance.
async fn say_goodbye(mut socket: Socket) -> Result<(), Error> {
    socket.send(Message::Close(Some(CloseFrame { code: CloseCode::Away, reason: "going away".into() }))).await?;
    let answered = async { while let Some(Ok(_)) = socket.next().await {} };
    tokio::select! { () = answered => (), () = sleep(Duration::from_secs(2)) => () }
    Ok(())
}

/// The same as an event stream; it ends when the instance leaves, and browsers then connect again by themselves.
pub(super) fn events(hello: &str, told: Told, leaving: Leaving) -> Answer {
    let first = stream::iter([Ok(Frame::data(event("hello", hello)))]);
    let body = StreamBody::new(first.chain(later(told, leaving)));
    let mut answer = Response::new(BodyExt::boxed(body));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn later(told: Told, leaving: Leaving) -> impl Stream<Item = Result<Frame<Bytes>, Infallible>> + Send + Sync {
    stream::unfold((told, leaving), |(mut told, mut leaving)| async move {
        let data = loop {
            tokio::select! {
                () = leaving.told() => return None,
                () = sleep(PULSE) => break Bytes::from_static(b": still here\n\n"),
                progress = told.recv() => match progress {
                    Ok(progress) => break event("order", &progress),
                    Err(RecvError::Lagged(_)) => (),
                    Err(RecvError::Closed) => return None,
                },
            }
        };
        Some((Ok(Frame::data(data)), (told, leaving)))
    })
}

fn event(kind: &str, data: &str) -> Bytes {
    format!("event: {kind}\ndata: {data}\n\n").into()
}
