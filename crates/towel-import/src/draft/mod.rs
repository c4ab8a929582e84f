//! A product that is being put together, each value with the reason why it stands there.

mod complete;
mod kind;
mod name;
mod product;
mod secrecy;
mod service;
mod settle;
mod template;
mod union;

pub(crate) use complete::complete;
pub use kind::DatastoreKind;
pub(crate) use kind::Image;
pub(crate) use name::{Names, is_secret, is_variable, name, secret_name, tail};
pub use product::{Client, Datastore, Draft, Noted, Secret};
pub(crate) use secrecy::{looks_secret, made_here};
pub use service::{Expose, Probe, Question, ScaleOn, Service, Variable};
pub(crate) use settle::settle;
pub(crate) use template::{escape, references};
pub(crate) use union::unite;
