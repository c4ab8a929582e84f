//! An application behind the gateway.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Channel, Full};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

type AnyBody = UnsyncBoxBody<Bytes, Infallible>;

/// Says its name on `/`; other paths do what they are called.
pub(crate) struct App {
    pub(crate) address: SocketAddr,
    pub(crate) state: Arc<AppState>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
pub(crate) struct AppState {
    name: String,
    /// Requests that began.
    pub(crate) requests: AtomicUsize,
    connections: AtomicUsize,
    /// Answers everything with this status, if it is not 0.
    pub(crate) broken: AtomicU16,
    hasty: AtomicBool,
}

impl App {
    pub(crate) async fn start(name: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(AppState { name: name.to_owned(), ..AppState::default() });
        let serving = tokio::spawn(accept(listener, Arc::clone(&state)));
        Self { address, state, serving }
    }

    pub(crate) fn requests(&self) -> usize {
        self.state.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn break_with(&self, status: u16) {
        self.state.broken.store(status, Ordering::SeqCst);
    }

    /// Slow paths are not slow any more.
    pub(crate) fn answer_at_once(&self) {
        self.state.hasty.store(true, Ordering::SeqCst);
    }

    /// Ends it as a crash would: its port refuses connections.
    pub(crate) async fn stop(self) -> SocketAddr {
        self.serving.abort();
        let address = self.address;
        super::until("the port is closed", || async { TcpStream::connect(address).await.is_err() }).await;
        address
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn accept(listener: TcpListener, state: Arc<AppState>) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let state = Arc::clone(&state);
        state.connections.fetch_add(1, Ordering::SeqCst);
        connections.spawn(async move {
            let service = service_fn(move |request| {
                let state = Arc::clone(&state);
                async move { Ok::<_, Infallible>(answer(request, &state).await) }
            });
            drop(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn answer(request: Request<Incoming>, state: &AppState) -> Response<AnyBody> {
    state.requests.fetch_add(1, Ordering::SeqCst);
    let broken = state.broken.load(Ordering::SeqCst);
    if broken != 0 {
        return text(broken, "broken\n");
    }
    let path = request.uri().path().to_owned();
    let mut words = path.trim_matches('/').split('/');
    let (verb, number) = (words.next().unwrap_or(""), words.next().and_then(|n| n.parse::<u64>().ok()).unwrap_or(0));
    match verb {
        "status" => text(number as u16, "as asked\n"),
        "slow" => {
            let wait = if state.hasty.load(Ordering::SeqCst) { 0 } else { number };
            tokio::time::sleep(Duration::from_millis(wait)).await;
            text(200, &state.name)
        }
        "echo" => Response::new(request.into_body().map_err(|e| panic!("{e}")).boxed_unsync()),
        "length" => {
            let body = request.into_body().collect().await.map(|b| b.to_bytes().len());
            text(200, &format!("{body:?}"))
        }
        "headers" => text(200, &format!("{:?} {} {:?}", request.method(), request.uri(), request.headers())),
        "big" => Response::new(Full::new(Bytes::from(vec![b'x'; number as usize])).boxed_unsync()),
        "events" => stream("text/event-stream", number),
        "drip" => stream("text/plain", number),
        "close" => {
            let mut response = text(200, &state.name);
            response.headers_mut().insert("connection", "close".parse().unwrap());
            response
        }
        _ => text(200, &state.name),
    }
}

fn text(status: u16, text: &str) -> Response<AnyBody> {
    let mut response = Response::new(Full::new(Bytes::copy_from_slice(text.as_bytes())).boxed_unsync());
    *response.status_mut() = status.try_into().unwrap();
    response
}

/// A line every 20 ms, `count` times or, for 0, for ever.
fn stream(media_type: &str, count: u64) -> Response<AnyBody> {
    let (mut sender, body) = Channel::<Bytes, Infallible>::new(1);
    tokio::spawn(async move {
        let mut n = 0;
        while n < count || count == 0 {
            let line = Bytes::from(format!("data: {n}\n\n"));
            if sender.send(Frame::data(line)).await.is_err() {
                return;
            }
            n += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let mut response = Response::new(body.boxed_unsync());
    response.headers_mut().insert("content-type", media_type.parse().unwrap());
    response
}
