//! A client connection that speaks HTTP/2.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::BytesMut;
use http::{Request, Response, request::Parts};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::body::Stream;
use super::client::H2Client;
use super::rewind::Rewind;
use crate::admit::{Asked, admit};
use crate::exchange::client::ClientFault;
use crate::exchange::deadline::Deadline;
use crate::exchange::fetch::{Unanswered, fetch};
use crate::exchange::forward::{self, Line, Origin};
use crate::exchange::order::Order;
use crate::exchange::survey::{Survey, check_host};
use crate::h1::body::{Framing, Wrap};
use crate::h1::fields::Field;
use crate::h1::request::traits;
use crate::refusal::Refusal;
use crate::settings::{HEAD_LIMIT, IDLE_LIMIT};
use crate::shared::{Door, Worker};

/// Streams that one connection may have open at a time.
const STREAMS: u32 = 256;

/// What requests of a connection have in common.
#[derive(Debug)]
struct Context {
    worker: Worker,
    door: Arc<Door>,
    origin: Origin,
}

/// Serves until one side has had enough; a GOAWAY lets the streams that are open end.
pub(crate) async fn converse<IO>(io: IO, early: BytesMut, worker: Worker, door: Arc<Door>, origin: Origin)
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let context = Arc::new(Context { worker: worker.clone(), door: Arc::clone(&door), origin });
    let service = service_fn(move |request| {
        let context = Arc::clone(&context);
        async move { Ok::<_, Infallible>(answer(request, &context).await) }
    });
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .keep_alive_interval(IDLE_LIMIT / 3)
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD_LIMIT as u32);
    let connection = builder.serve_connection(TokioIo::new(Rewind { early, io }), service);
    let mut connection = pin!(connection);
    let mut told = false;
    loop {
        let mut rung = pin!(worker.bell().notified());
        rung.as_mut().enable();
        if worker.is_ending(&door) && !told {
            connection.as_mut().graceful_shutdown();
            told = true;
        }
        let over = std::future::poll_fn(|cx| match connection.as_mut().poll(cx) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending => rung.as_mut().poll(cx).map(|()| false),
        });
        if over.await || worker.shared.phase() == crate::shared::Phase::Cut {
            return;
        }
    }
}

async fn answer(request: Request<Incoming>, context: &Context) -> Response<Stream> {
    let (parts, body) = request.into_parts();
    let (mut order, framing) = match read(&parts, &body, context) {
        Ok(read) => read,
        Err(refusal) => return refused(&refusal, context),
    };
    let wrap = if framing == Framing::Chunked { Wrap::Chunked } else { Wrap::Raw };
    let mut client = H2Client::new(body, wrap);
    let mut deadline = Deadline::after(Instant::now(), order.backend.timeout);
    match fetch(&mut order, &mut client, &mut deadline, &context.worker).await {
        Ok(answer) => {
            let head = client.head.take().unwrap_or_default();
            head.body(Stream::new(answer, client, &context.worker))
                .unwrap_or_else(|_| refused(&Refusal::new(502, "the answer's head cannot be passed on"), context))
        }
        Err(Unanswered::Refused(refusal)) => {
            order.backend.metrics.count_own(refusal.status);
            refused(&refusal, context)
        }
        Err(Unanswered::Client(ClientFault::Stalled)) => {
            refused(&Refusal::new(408, "the request's body took too long"), context)
        }
        Err(Unanswered::Client(_)) => refused(&Refusal::malformed("the request's body broke off"), context),
    }
}

fn read(parts: &Parts, body: &Incoming, context: &Context) -> Result<(Order, Framing), Refusal> {
    use hyper::body::Body;
    let mut survey = Survey::default();
    for (name, value) in &parts.headers {
        let field = Field::of(name.as_str().as_bytes());
        if field.is_of_this_hop() && !matches!(field, Field::ContentLength | Field::Te | Field::Trailer) {
            return Err(Refusal::malformed("the request has a field that HTTP/2 does not have"));
        }
        survey.note(field, value.as_bytes())?;
    }
    let authority = parts.uri.authority().map(|a| a.as_str().as_bytes());
    if let (Some(authority), Some(host)) = (authority, survey.host)
        && !authority.eq_ignore_ascii_case(host)
    {
        return Err(Refusal::malformed("the `Host` is not the authority"));
    }
    let host = authority.or(survey.host).ok_or_else(|| Refusal::malformed("the request has no authority"))?;
    let host = check_host(host)?;
    let target = parts.uri.path_and_query().map_or("/", |p| p.as_str());
    if parts.method == http::Method::CONNECT {
        return Err(Refusal::new(405, "this is not a forward proxy"));
    }
    let framing = match survey.content_length {
        Some(length) => Framing::Length(length),
        None if body.is_end_stream() => Framing::Empty,
        None => Framing::Chunked,
    };
    let method = parts.method.as_str();
    let asked = Asked { host, target, traits: traits(method, &survey, None), survey: &survey, origin: &context.origin };
    let mut order = admit(&context.worker.shared, context.door.address, &asked)?;
    let line = Line { method, target, host, framing, upgrade: None };
    let fields =
        parts.headers.iter().map(|(n, v)| (Field::of(n.as_str().as_bytes()), n.as_str().as_bytes(), v.as_bytes()));
    forward::write(&mut order.forward, line, &survey, &context.origin, fields);
    Ok((order, framing))
}

fn refused(refusal: &Refusal, context: &Context) -> Response<Stream> {
    if refusal.status == 400 {
        context.worker.shared.process.malformed.add();
    }
    let mut response = Response::new(Stream::text(refusal.body()));
    *response.status_mut() = http::StatusCode::from_u16(refusal.status).unwrap_or(http::StatusCode::BAD_GATEWAY);
    let fields = response.headers_mut();
    fields.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain; charset=utf-8"));
    if let Some(seconds) = refusal.retry_seconds() {
        fields.insert(http::header::RETRY_AFTER, seconds.into());
    }
    response
}
