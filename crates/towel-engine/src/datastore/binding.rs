//! Where a datastore is and how one gets in.

use serde::{Deserialize, Serialize};
use towel_model::DatastoreField;

/// The facts of a running datastore.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// Connection URL with credentials.
    pub url: String,
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// User name; empty where the kind has none.
    pub user: String,
    /// Password.
    pub password: String,
    /// Database (or virtual host) name; empty where the kind has none.
    pub name: String,
}

impl Binding {
    /// One of the facts, as text.
    pub fn field(&self, field: DatastoreField) -> String {
        match field {
            DatastoreField::Url => self.url.clone(),
            DatastoreField::Host => self.host.clone(),
            DatastoreField::Port => self.port.to_string(),
            DatastoreField::User => self.user.clone(),
            DatastoreField::Password => self.password.clone(),
            DatastoreField::Name => self.name.clone(),
        }
    }
}

impl std::fmt::Debug for Binding {
    /// Without the password, and the URL that contains it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Binding")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}
