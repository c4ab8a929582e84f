//! Every alert of a product: those that follow from it and those that it declares, whichever file they end up in.

mod backup;
mod case;
mod catalogue;
mod clock;
mod datastore;
mod declared;
mod kind;
mod latency;
mod metric;
mod naming;
mod platform;
mod probe;
mod promise;
mod record;
mod replica;
mod secret;
mod service;
mod volume;
mod window;
mod workload;

pub(crate) use case::{Case, Firing};
pub(crate) use catalogue::{Alarm, alarms, severity};
pub(crate) use clock::Clock;
pub(crate) use kind::Kind;
pub(crate) use latency::Measure;
pub(crate) use probe::{Asked, asked, host as host_of, is_localhost, resolved};
pub(crate) use record::{Record, clock_record, records};
pub(crate) use replica::counted;
