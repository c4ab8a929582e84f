//! Any bytes as a client's connection: the gateway survives them, and every request that the application
//! sees is one that the gateway read, because it carries the gateway's mark.
#![no_main]

use std::cell::RefCell;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use towel_gateway::InProcess;
use towel_gateway::table::{Backend, Listener, Route, Table, Target, Version};

/// A client's address that no input guesses: it is not trusted to name another one, so that this one in
/// `X-Forwarded-For` is the gateway's own writing.
const MARK: &str = "2001:db8:6b1d:93f2:5c07:e8aa:41d6:b0c9";
/// Turns that everybody gets after the last sign of life, each with a look at all sockets.
const QUIET_TURNS: usize = 48;

struct Bed {
    runtime: Runtime,
    gateway: InProcess,
}

thread_local! {
    static BED: RefCell<Bed> = RefCell::new(Bed::new());
}

fuzz_target!(|bytes: &[u8]| {
    BED.with_borrow(|bed| bed.runtime.block_on(send(&bed.gateway, bytes)));
});

impl Bed {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().event_interval(1).build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = listener.local_addr().expect("a bound socket has an address");
        runtime.spawn(serve(listener));
        let peer: IpAddr = MARK.parse().expect("an address");
        let gateway = InProcess::new(table(address), peer).expect("random numbers");
        Self { runtime, gateway }
    }
}

fn table(address: SocketAddr) -> Table {
    let version = |label: &str, weight| Version {
        label: label.to_owned(),
        weight,
        targets: vec![Target { id: label.to_owned(), address }],
    };
    let (versions, sticky) = (vec![version("v1", 1), version("v2", 1)], true);
    let backend = Backend { epoch: 1, versions, sticky, rate_limit: None, hold_ms: 0, timeout_ms: 60_000 };
    let route = Route { host: None, path: "/".to_owned(), backend: "b".to_owned() };
    let listener = Listener { address: SocketAddr::from(([127, 0, 0, 1], 1)), tls: None, routes: vec![route] };
    Table { generation: 1, listeners: vec![listener], backends: [("b".to_owned(), backend)].into() }
}

/// Sends the bytes, reads whatever comes back until nothing more happens, and goes away.
async fn send(gateway: &InProcess, bytes: &[u8]) {
    let (client, server) = duplex(64 * 1024);
    let (mut reader, mut writer) = tokio::io::split(client);
    let reading = async {
        let mut sink = [0; 16 * 1024];
        let mut quiet = 0;
        while quiet < QUIET_TURNS {
            tokio::select! {
                biased;
                read = reader.read(&mut sink) => match read {
                    Ok(1..) => quiet = 0,
                    _ => break,
                },
                () = tokio::task::yield_now() => quiet += 1,
            }
        }
    };
    let talking = async {
        // The gateway may close before it has read everything.
        drop(writer.write_all(bytes).await);
        reading.await;
    };
    tokio::select! {
        () = gateway.converse(server) => {}
        () = talking => {}
    }
}

/// An application by another implementation of HTTP/1.1, which reads what it gets in its own way.
async fn serve(listener: TcpListener) {
    loop {
        let (stream, _) = listener.accept().await.expect("loopback connections");
        let connection = hyper::server::conn::http1::Builder::new()
            .half_close(true)
            .serve_connection(TokioIo::new(stream), service_fn(answer));
        tokio::spawn(connection);
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let marks: Vec<_> = request.headers().get_all("x-forwarded-for").iter().collect();
    let marked = marks.len() == 1 && marks[0] == MARK;
    assert!(marked, "a request that the gateway did not read: {} {:?}", request.uri(), request.headers());
    let bytes = request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let failing = bytes.first() == Some(&b'!');
    let mut response = Response::new(Full::new(bytes));
    if failing {
        *response.status_mut() = hyper::StatusCode::SERVICE_UNAVAILABLE;
    }
    Ok(response)
}
