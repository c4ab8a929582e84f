//! How the outside reaches a service.

use serde::{Deserialize, Serialize};
use towel_source::{Span, Spanned};

use crate::equality::equal_wherever_written;
use crate::key::{Reader, keys};
use crate::reference::{Filled, Scope};
use crate::word::Path;
use crate::{Rate, Template};

/// How the outside reaches a service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Expose {
    /// Host name.
    pub host: Spanned<Template>,
    /// Path prefix; `/` when not given.
    pub path: Spanned<String>,
    /// Whether it speaks WebSocket.
    pub websocket: bool,
    /// Whether a client stays with its instance.
    pub sticky: bool,
    /// Most requests of one client address.
    pub rate_limit: Option<Spanned<Rate>>,
    /// The whole entry.
    #[serde(skip)]
    pub span: Span,
}

equal_wherever_written!(Expose { host, path, websocket, sticky, rate_limit });

keys! {
    /// How the outside reaches a service.
    ExposeKeys = "expose" {
        /// Host name, e.g. `"api.${env.domain}"`.
        host (required): Spanned<Filled>;
        /// Path prefix.
        path: Spanned<Path>, default "/";
        /// Whether it speaks WebSocket.
        websocket: bool, default "false";
        /// Whether a client stays with its instance.
        sticky: bool, default "false";
        /// Most requests of one client address.
        rate_limit: Spanned<Rate>;
    }
}

impl ExposeKeys {
    pub(crate) fn build(self, reader: &mut Reader<'_>) -> Option<Expose> {
        let host = self.host?.map(|host| host.0);
        reader.restrict(&host, &[Scope::Environment]);
        Some(Expose {
            path: self.path.map_or_else(|| Spanned::new("/".to_owned(), host.span), |path| path.map(|path| path.0)),
            host,
            websocket: self.websocket.unwrap_or(false),
            sticky: self.sticky.unwrap_or(false),
            rate_limit: self.rate_limit,
            span: self.span,
        })
    }
}
