//! Text with `${…}` references in it, already split into its parts.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};
use towel_source::Span;

/// Text in which references stand, e.g. `https://api.${env.domain}/`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Template {
    /// As it was written.
    pub text: String,
    /// Its parts in order; joined, they are the text with each `$$` as one `$`.
    pub parts: Vec<Part>,
}

/// A piece of a template. Where it stands makes no difference to what it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Literal text.
    Text(String),
    /// A reference, with its place in the file.
    Reference {
        /// What it names.
        to: Reference,
        /// Where `${…}` stands; lost when read back from a journal.
        #[serde(skip)]
        span: Span,
    },
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(another)) => one == another,
            (Self::Reference { to: one, span: _ }, Self::Reference { to: another, span: _ }) => one == another,
            (Self::Text(_), Self::Reference { .. }) | (Self::Reference { .. }, Self::Text(_)) => false,
        }
    }
}

impl Eq for Part {}

impl Hash for Part {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Text(text) => text.hash(state),
            Self::Reference { to, span: _ } => to.hash(state),
        }
    }
}

/// What a `${…}` names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// `${version}`: the version being shipped.
    Version,
    /// `${env.name}`, `${env.domain}`.
    Environment(EnvironmentField),
    /// `${secret.NAME}`.
    Secret(String),
    /// `${DATASTORE.url}` and its like.
    Datastore {
        /// The datastore's name.
        name: String,
        /// Which of its facts.
        field: DatastoreField,
    },
    /// `${SERVICE.url}` and its like.
    Service {
        /// The service's name.
        name: String,
        /// Which of its facts.
        field: ServiceField,
    },
}

/// A fact of the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvironmentField {
    /// Its name.
    Name,
    /// The domain under which its services are exposed.
    Domain,
}

/// A fact of a running datastore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatastoreField {
    /// Connection URL with credentials.
    Url,
    /// Host name or address.
    Host,
    /// TCP port.
    Port,
    /// User name.
    User,
    /// Password.
    Password,
    /// Database (or virtual host) name.
    Name,
}

/// A fact of a running service, as other services reach it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceField {
    /// Base URL without a trailing slash.
    Url,
    /// Host name or address.
    Host,
    /// TCP port.
    Port,
}

impl Template {
    /// Text without any reference.
    pub fn literal(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { parts: vec![Part::Text(text.clone())], text }
    }

    /// The references in it, in order.
    pub fn references(&self) -> impl Iterator<Item = (&Reference, Span)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Reference { to, span } => Some((to, *span)),
            Part::Text(_) => None,
        })
    }

    /// The text with every reference replaced; the first failure of `look_up` is returned.
    pub fn fill<E>(&self, mut look_up: impl FnMut(&Reference) -> Result<String, E>) -> Result<String, E> {
        let mut filled = String::with_capacity(self.text.len());
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Reference { to, .. } => filled.push_str(&look_up(to)?),
            }
        }
        Ok(filled)
    }
}
