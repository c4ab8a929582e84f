//! Runbooks: one page for each alert, with what it means, how to find its cause, and how to end it.

mod advice;
mod backup;
mod datastore;
mod index;
mod page;
mod platform;
mod scene;
mod service;

pub(super) use index::index;
pub(super) use page::{page, told};
pub(super) use scene::{Known, known};
