//! The gateway as a process, over real sockets.
#![allow(clippy::unwrap_used)]

mod admin;
mod drain;
mod evidence;
mod forwarding;
mod handoff;
mod http2;
mod limits;
mod restart;
mod retry;
mod routing;
mod smuggling;
mod split;
mod sticky;
mod support;
mod tls;
mod websocket;
