//! A project that was found in a folder: one service, client or library.

use crate::draft::{DatastoreKind, Noted};

/// A project that was found in a folder.
#[derive(Debug, Clone)]
pub(super) struct Project {
    /// Its folder; empty at the root.
    pub(super) folder: String,
    /// What to call it.
    pub(super) name: String,
    /// What it is.
    pub(super) role: Role,
    /// What it is built with, with the place that says so; none when only a Dockerfile is there.
    pub(super) stack: Option<Noted<String>>,
    /// One line about it.
    pub(super) description: Option<String>,
    /// Its command on this machine.
    pub(super) run: Option<Noted<String>>,
    /// Where it listens by its framework's custom.
    pub(super) usual_port: Option<u16>,
    /// Whether it listens at all, as far as its kind tells.
    pub(super) listens: bool,
    /// Endings of its source files.
    pub(super) endings: &'static [&'static str],
    /// Stores that its dependencies speak to, with the place.
    pub(super) stores: Vec<(DatastoreKind, String)>,
    /// What its author should know.
    pub(super) remarks: Vec<(String, String, String)>,
}

/// What a project is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It runs.
    Service,
    /// It runs on users' devices.
    Client,
    /// Others use it.
    Library,
}

impl Project {
    /// A service of which nothing more is known yet.
    pub(super) fn service(folder: &str, name: &str, stack: &str, why: impl Into<String>) -> Self {
        Self {
            folder: folder.to_owned(),
            name: name.to_owned(),
            role: Role::Service,
            stack: Some(Noted::new(stack.to_owned(), why)),
            description: None,
            run: None,
            usual_port: None,
            listens: true,
            endings: &[],
            stores: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// A library, which is not run.
    pub(super) fn library(folder: &str, name: &str) -> Self {
        Self { role: Role::Library, ..Self::service(folder, name, "library", "") }
    }

    /// Something for the reader: where, what, and what to do about it.
    pub(super) fn remark(&mut self, place: impl Into<String>, what: impl Into<String>, advice: impl Into<String>) {
        self.remarks.push((place.into(), what.into(), advice.into()));
    }
}

/// The name of a project by its folder: `api` for `apps/api`, none at the root.
pub(super) fn folder_name(folder: &str) -> Option<&str> {
    let last = folder.rsplit('/').next().unwrap_or(folder);
    (!last.is_empty()).then_some(last)
}
