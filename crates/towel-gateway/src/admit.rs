//! From a request's head to an order: route, limit, cohort.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::BytesMut;
use tokio::time::Instant;

use crate::exchange::forward::Origin;
use crate::exchange::order::{Order, Traits};
use crate::exchange::survey::{Survey, split_port};
use crate::h1::request::path;
use crate::plan::backend::Backend;
use crate::refusal::Refusal;
use crate::shared::Shared;
use crate::split::{cookie, dice};

/// What is asked, in any protocol.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) host: &'a str,
    pub(crate) target: &'a str,
    pub(crate) traits: Traits,
    pub(crate) survey: &'a Survey<'a>,
    pub(crate) origin: &'a Origin,
}

/// Finds the backend and lets the request in. Its head is yet to be written.
pub(crate) fn admit(shared: &Shared, listener: SocketAddr, asked: &Asked<'_>) -> Result<Order, Refusal> {
    let began = Instant::now();
    let plan_number = shared.number();
    let plan = shared.plan.load();
    let backend = plan.listeners.get(&listener).and_then(|r| r.find(&host_name(asked.host), path(asked.target)));
    let Some(backend) = backend else {
        shared.process.unrouted.add();
        return Err(Refusal::new(404, "no route leads from here to a service"));
    };
    limit(backend, asked, began)?;
    let known = backend.cookie.as_ref().map(|name| find_client(shared, backend, name, asked.survey));
    let client = known.map(|k| k.unwrap_or_else(|| dice::roll(dice::Dice::next)));
    let set_cookie = match (known, client) {
        (Some(None), Some(new)) => Some(set_cookie(shared, backend, new, asked.origin)),
        _ => None,
    };
    let (backend, traits) = (Arc::clone(backend), asked.traits);
    Ok(Order { backend, plan: plan_number, forward: BytesMut::new(), traits, began, client, set_cookie })
}

/// As routes have it: without port, lower case, and without the dot of a fully qualified name.
fn host_name(host: &str) -> Cow<'_, str> {
    let host = split_port(host).0;
    let host = host.strip_suffix('.').unwrap_or(host);
    if host.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(host.to_ascii_lowercase())
    } else {
        Cow::Borrowed(host)
    }
}

fn limit(backend: &Backend, asked: &Asked<'_>, now: Instant) -> Result<(), Refusal> {
    let Some(limiter) = &backend.limiter else { return Ok(()) };
    limiter.take(asked.origin.client(asked.survey), now).map_err(|wait| {
        backend.metrics.count_rate_limited();
        backend.metrics.count_own(429);
        Refusal::new(429, "too many requests from this address").retry_after(wait)
    })
}

/// The client that a valid cookie names. A forged one is as good as none.
fn find_client(shared: &Shared, backend: &Backend, name: &str, survey: &Survey<'_>) -> Option<u64> {
    let value = survey.cookies.iter().find_map(|field| cookie::find(field, name))?;
    shared.key.verify(&backend.name, value)
}

fn set_cookie(shared: &Shared, backend: &Backend, client: u64, origin: &Origin) -> String {
    let value = shared.key.sign(&backend.name, client);
    let secure = if origin.tls { "; Secure" } else { "" };
    format!("towel-{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}", backend.name)
}
