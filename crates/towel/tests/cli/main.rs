//! Runs the `towel` binary as people do: real processes, real sockets, real signals.
// A test that fails shows the logs of what it ran.
#![allow(clippy::print_stderr)]
#![allow(clippy::unwrap_used)]

mod bad_input;
mod bad_versions;
mod configuration;
mod demo;
mod environments;
mod freezes;
mod init;
mod interventions;
mod killed_parts;
mod killed_supervisor;
mod lifecycle;
mod rendering;
mod several;
mod strategies;
mod support;
mod terminal;
