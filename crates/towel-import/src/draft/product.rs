//! A product that is being put together.

use super::{DatastoreKind, Service};

/// A value, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted<T> {
    /// The value.
    pub value: T,
    /// The comment beside it: where it came from, or why it was guessed.
    pub note: Option<String>,
}

impl<T> Noted<T> {
    /// A value that needs no comment.
    pub(crate) const fn plain(value: T) -> Self {
        Self { value, note: None }
    }

    /// A value with its comment.
    pub(crate) fn new(value: T, note: impl Into<String>) -> Self {
        Self { value, note: Some(note.into()) }
    }
}

/// A product that is being put together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Lines at the top of the file.
    pub remarks: Vec<String>,
    /// Its name, and where that came from.
    pub name: Option<Noted<String>>,
    /// One line about it.
    pub description: Option<Noted<String>>,
    /// Where its source lives.
    pub repository: Option<Noted<String>>,
    /// The domain under which it is exposed in production, when the source tells.
    pub domain: Option<String>,
    /// Its parts that run code.
    pub services: Vec<Service>,
    /// Its parts on users' devices.
    pub clients: Vec<Client>,
    /// Its parts that keep data.
    pub datastores: Vec<Datastore>,
    /// What is handed over at run time only.
    pub secrets: Vec<Secret>,
}

/// A part that runs on users' devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its name.
    pub name: String,
    /// What it is built with.
    pub stack: Noted<String>,
    /// Its folder.
    pub source: String,
}

/// A part that keeps data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Datastore {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Noted<DatastoreKind>,
    /// Its version.
    pub version: Option<Noted<String>>,
    /// How many servers.
    pub replicas: Option<Noted<String>>,
    /// Its volume.
    pub storage: Option<Noted<String>>,
    /// Most connections.
    pub max_connections: Option<Noted<String>>,
}

impl Datastore {
    /// A datastore of which only the kind is known.
    pub(crate) fn new(name: String, kind: Noted<DatastoreKind>) -> Self {
        Self { name, kind, version: None, replicas: None, storage: None, max_connections: None }
    }
}

/// A value that never stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its name.
    pub name: String,
    /// So many random characters, when towel may make it.
    pub generate: Option<u32>,
    /// Where it came from.
    pub note: Option<String>,
}
