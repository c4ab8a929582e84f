//! Rendered monitoring, judged by Prometheus' own tools and by an alert that travels the whole way.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests look for tools, and wait")]

mod delivery;
mod hours;
mod product;
mod routes;
mod rules;
mod tool;
