//! How alerts are mailed.

use serde::{Deserialize, Serialize};
use towel_source::{Span, Spanned};

use crate::Template;
use crate::equality::equal_wherever_written;
use crate::key::{Reader, keys};
use crate::reference::{Filled, Scope};
use crate::word::{Address, Email};

/// How alerts are mailed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Mail {
    /// The sender.
    pub from: Spanned<String>,
    /// `HOST:PORT` of the server that takes mail.
    pub server: Spanned<String>,
    /// With which name it is logged in.
    pub user: Option<Spanned<Template>>,
    /// And with which password.
    pub password: Option<Spanned<Template>>,
    /// The whole entry.
    #[serde(skip)]
    pub span: Span,
}

equal_wherever_written!(Mail { from, server, user, password });

keys! {
    /// How alerts are mailed.
    MailKeys = "mail" {
        /// The sender.
        from (required): Spanned<Email>;
        /// The server that takes mail, with its port.
        server (required): Spanned<Address>;
        /// With which name it is logged in.
        user: Spanned<Filled>;
        /// The password, from a secret: `"${secret.smtp_password}"`.
        password: Spanned<Filled>;
    }
}

impl MailKeys {
    pub(crate) fn build(self, reader: &mut Reader<'_>) -> Option<Mail> {
        let user = self.user.map(|user| user.map(|user| user.0));
        let password = self.password.map(|password| password.map(|password| password.0));
        for text in [&user, &password].into_iter().flatten() {
            reader.restrict(text, &[Scope::Environment, Scope::Secret]);
        }
        Some(Mail {
            from: self.from?.map(|from| from.0),
            server: self.server?.map(|server| server.0),
            user,
            password,
            span: self.span,
        })
    }
}

impl Mail {
    /// Every text in it that may hold references.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        [&self.user, &self.password].into_iter().flatten().map(|text| &text.value)
    }
}
