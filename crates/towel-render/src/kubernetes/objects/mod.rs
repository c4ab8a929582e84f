//! A stack as the objects of its environment: complete and final, whatever builds or applies them.

mod access;
mod all;
mod autoscaler;
mod backup;
mod container;
mod datastore;
mod disruption;
mod dump;
mod exporter;
mod frontdoor;
mod gateway;
mod ingress;
mod mongodb;
mod outside;
mod pod;
mod policy;
mod probe;
mod product;
mod scene;
mod schedule;
mod security;
mod server_setup;
mod service;
mod shorthand;
mod variable;
mod writable;

pub(crate) use access::objects as access;
#[cfg_attr(not(test), allow(unused_imports, reason = "for charts and engines, which take all objects at once"))]
pub(crate) use all::objects;
pub(crate) use all::{Group, Kinds};
pub(super) use datastore::is_confined_to_one;
pub(super) use dump::is_dumped;
pub(super) use frontdoor::limit_per;
pub(super) use ingress::is_nginx;
pub(super) use probe::is_askable;
pub(crate) use scene::Scene;
pub(super) use schedule::Schedule;
pub(super) use variable::{image, mixes_optional_secret};
pub(super) use writable::writes_beside_its_code;
