//! A declared secret.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use towel_source::Spanned;

use crate::declared::EnvironmentOrClass;
use crate::key::keys;
use crate::word::{Period, SecretLength, SecretName, Text};

/// A declared secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// Its name.
    pub name: Spanned<String>,
    /// How old it may become.
    pub rotate: Option<Spanned<Duration>>,
    /// So many random characters, when towel may make it.
    pub generate: Option<Spanned<u32>>,
    /// Environments or classes in which it must have a value.
    pub required_in: Vec<Spanned<String>>,
    /// What it is for.
    pub description: Option<Spanned<String>>,
}

keys! {
    /// A secret: a value that never stands in this file. `${secret.NAME}` refers to it.
    SecretKeys = "secret" {
        /// What it is for.
        description: Spanned<Text>;
        /// How old it may become before it is to be replaced.
        rotate: Spanned<Period>;
        /// Let towel make it, of so many random characters.
        generate: Spanned<SecretLength>;
        /// Environments, or classes of them, in which it must have a value.
        required_in: Vec<Spanned<EnvironmentOrClass>>;
    }
}

impl SecretKeys {
    pub(crate) fn build(self, name: Spanned<SecretName>) -> Secret {
        Secret {
            name: name.map(|name| name.0),
            rotate: self.rotate.map(|rotate| rotate.map(|rotate| rotate.0)),
            generate: self.generate.map(|length| length.map(|length| length.0)),
            required_in: EnvironmentOrClass::names(self.required_in),
            description: self.description.map(|text| text.map(|text| text.0)),
        }
    }
}
