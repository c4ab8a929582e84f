//! A team that may own things.

use serde::{Deserialize, Serialize};
use towel_source::Spanned;

use crate::key::keys;
use crate::word::{Email, Name, Text};

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Its name.
    pub name: Spanned<String>,
    /// Its Slack channel.
    pub slack: Option<Spanned<String>>,
    /// Its address.
    pub email: Option<Spanned<String>>,
}

keys! {
    /// A team that may own the product or a service.
    TeamKeys = "team" {
        /// Its Slack channel, in quotes because of the `#`.
        slack: Spanned<Text>;
        /// Its e-mail address.
        email: Spanned<Email>;
    }
}

impl TeamKeys {
    pub(crate) fn build(self, name: Spanned<Name>) -> Team {
        Team {
            name: name.map(|name| name.0),
            slack: self.slack.map(|slack| slack.map(|slack| slack.0)),
            email: self.email.map(|email| email.map(|email| email.0)),
        }
    }
}
