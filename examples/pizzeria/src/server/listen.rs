//! Accepts connections until told to stop, and then leaves politely.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::answer::{Answer, problem};
use super::house::House;
use super::log::{Level, log};

/// A service that answers requests.
pub(crate) trait App: Send + Sync + 'static {
    /// What its requests share.
    fn house(&self) -> &House;
    /// The route that a path belongs to, e.g. `/orders/{id}`; none when there is none.
    fn route(&self, path: &str) -> Option<&'static str>;
    /// Answers a request to a route that exists.
    fn answer(&self, route: &'static str, request: Request<Incoming>) -> impl Future<Output = Answer> + Send;
}

/// Why a service stopped other than by being told to.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// It cannot listen.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// Where it wanted to.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It crashed as requested.
    #[error("crashed on purpose")]
    Crashed,
    /// It cannot hear signals.
    #[error("cannot listen for signals: {0}")]
    Signal(#[source] std::io::Error),
    /// One of its addresses is none.
    #[error(transparent)]
    Address(#[from] crate::client::AddressError),
    /// Its datastore's address is none.
    #[error("`REDIS_URL` is not an address: {0}; write it like `redis://:password@127.0.0.1:6379`")]
    Datastore(String),
}

/// A service that listens and has not begun to answer.
#[derive(Debug)]
pub(crate) struct Bound<A> {
    app: Arc<A>,
    listener: TcpListener,
    pub(crate) address: SocketAddr,
}

/// Listens where the app's settings say.
pub(crate) async fn bind<A: App>(app: A) -> Result<Bound<A>, ServeError> {
    let address = app.house().settings.address;
    let fail = |source| ServeError::Bind { address, source };
    let listener = TcpListener::bind(address).await.map_err(fail)?;
    let address = listener.local_addr().map_err(fail)?;
    Ok(Bound { app: Arc::new(app), listener, address })
}

/// Returns when the process gets SIGTERM or SIGINT; never, when the faults say so.
pub(crate) fn terminated(house: &House) -> Result<impl Future<Output = ()> + use<>, ServeError> {
    let mut term = signal(SignalKind::terminate()).map_err(ServeError::Signal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(ServeError::Signal)?;
    let deaf = house.settings.faults.ignore_sigterm;
    Ok(async move {
        if deaf {
            // Ctrl-C still ends it, for whoever runs it by hand.
            interrupt.recv().await;
        } else {
            tokio::select! { _ = term.recv() => (), _ = interrupt.recv() => () }
        }
    })
}

impl<A: App> Bound<A> {
    pub(crate) fn house(&self) -> &House {
        self.app.house()
    }

    /// Answers until `stop` returns; then accepts a little longer, finishes what it has begun, and returns.
    pub(crate) async fn serve(self, stop: impl Future<Output = ()>) -> Result<(), ServeError> {
        let app = self.app;
        let house = app.house();
        let finishing = watch::Sender::new(false);
        let mut connections = JoinSet::new();
        log(Level::Info, &format!("{} listens on {}", house.instance, self.address));
        let serving = async {
            loop {
                // Out of file descriptors is the usual cause; a pause beats a busy loop.
                let Ok((stream, _peer)) = self.listener.accept().await else {
                    sleep(std::time::Duration::from_millis(50)).await;
                    continue;
                };
                connections.spawn(converse(Arc::clone(&app), stream, finishing.subscribe()));
                while connections.try_join_next().is_some() {}
            }
        };
        tokio::select! {
            () = serving => unreachable!("it accepts for ever"),
            () = house.crash.notified() => return Err(ServeError::Crashed),
            () = say_goodbye(house, stop) => (),
        }
        drop(self.listener);
        tokio::select! {
            () = finish(house, finishing) => Ok(()),
            () = house.crash.notified() => Err(ServeError::Crashed),
        }
    }
}

async fn say_goodbye(house: &House, stop: impl Future<Output = ()>) {
    stop.await;
    log(Level::Info, &format!("{} was told to stop", house.instance));
    house.leave.send_replace(true);
    sleep(house.settings.linger).await;
}

/// Waits for open requests, and for WebSockets and streams to say goodbye.
async fn finish(house: &House, finishing: watch::Sender<bool>) {
    finishing.send_replace(true);
    let all = async { tokio::join!(finishing.closed(), house.leave.closed()) };
    if timeout(house.settings.finish, all).await.is_err() {
        log(Level::Error, &format!("{} leaves with requests unanswered", house.instance));
    }
    log(Level::Info, &format!("{} has stopped", house.instance));
}

async fn converse<A: App>(app: Arc<A>, stream: TcpStream, mut finishing: watch::Receiver<bool>) {
    // Without it small answers wait for the next packet; the connection works all the same.
    drop(stream.set_nodelay(true));
    let service = service_fn(move |request| {
        let app = Arc::clone(&app);
        async move { Ok::<_, Infallible>(respond(&*app, request).await) }
    });
    let mut server = http1::Builder::new();
    let connection = server.timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).with_upgrades();
    let mut connection = pin!(connection);
    tokio::select! {
        // A client that hangs up in the middle is not this service's fault.
        _ended = connection.as_mut() => return,
        _ = finishing.wait_for(|finishing| *finishing) => connection.as_mut().graceful_shutdown(),
    }
    drop(connection.await);
}

async fn respond<A: App>(app: &A, request: Request<Incoming>) -> Answer {
    let (began, house) = (Instant::now(), app.house());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = app.route(&path);
    let mut answer = match house.spoil(&method, &path).await {
        Some(spoilt) => spoilt,
        None if method == Method::OPTIONS => preflight(),
        None => match route {
            Some(route) => app.answer(route, request).await,
            None => problem(StatusCode::NOT_FOUND, &format!("there is no `{path}`")),
        },
    };
    house.sign(&method, route.unwrap_or("other"), began.elapsed(), &mut answer);
    answer
}

/// Lets pages of other origins ask: the page and the API are two hosts.
fn preflight() -> Answer {
    let mut answer = Response::new(Default::default());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    for (name, value) in [
        ("access-control-allow-methods", "GET, POST"),
        ("access-control-allow-headers", "content-type, idempotency-key"),
    ] {
        answer.headers_mut().insert(name, http::HeaderValue::from_static(value));
    }
    answer
}
