//! Answers in the few shapes that the services give.

use std::convert::Infallible;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use serde::Serialize;
use serde_json::{Map, Value, json as object};

/// An answer; its body may be a stream.
pub(crate) type Answer = Response<BoxBody<Bytes, Infallible>>;

/// A JSON answer.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(value).expect("answers have string keys only");
    whole(status, "application/json", body)
}

/// A plain-text answer, in the version of the format that Prometheus asks for.
pub(crate) fn text(body: String) -> Answer {
    whole(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", body)
}

/// A page.
pub(crate) fn html(body: String) -> Answer {
    whole(StatusCode::OK, "text/html; charset=utf-8", body)
}

/// A refusal in words.
pub(crate) fn problem(status: StatusCode, what: &str) -> Answer {
    json(status, &object!({ "error": what }))
}

/// A health report: each part says `ok` or `degraded`; 503 when a part that requests cannot do without is not well.
pub(crate) fn health(parts: &Map<String, Value>, vital: &[&str]) -> Answer {
    let well = |name: &str| parts.get(name).is_none_or(|part| part["status"] == "ok");
    let status = if parts.keys().all(|name| well(name)) { "ok" } else { "degraded" };
    let code = if vital.iter().all(|name| well(name)) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    json(code, &object!({ "status": status, "parts": parts }))
}

fn whole(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()).boxed());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}
