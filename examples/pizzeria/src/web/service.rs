//! The page's service as a whole: what it is told, and how it is run.

use std::future::Future;
use std::net::SocketAddr;

use super::app::WebApp;
use crate::client::Origin;
use crate::server::{Bound, House, ServeError, ServerSettings, bind, terminated};

/// What the page's service is told.
#[derive(Debug, Clone, Default)]
pub struct WebSettings {
    /// Where it listens, its version and its faults.
    pub server: ServerSettings,
    /// Where this service reaches the API.
    pub api_url: String,
    /// Where browsers reach the API; `api_url` when not given.
    pub public_api_url: Option<String>,
}

/// A page's service that listens and has not begun to answer.
#[derive(Debug)]
pub struct Web(Bound<WebApp>);

impl Web {
    /// Listens.
    pub async fn bind(settings: WebSettings) -> Result<Self, ServeError> {
        let api = Origin::parse(&settings.api_url)?;
        let public = settings.public_api_url.unwrap_or(settings.api_url);
        Ok(Self(bind(WebApp::new(House::new(settings.server), api, public)).await?))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// Answers until `stop` returns, then leaves politely.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> Result<(), ServeError> {
        self.0.serve(stop).await
    }
}

/// Runs the page's service until the process gets SIGTERM.
pub async fn web(settings: WebSettings) -> Result<(), ServeError> {
    let Web(bound) = Web::bind(settings).await?;
    let stop = terminated(bound.house())?;
    bound.serve(stop).await
}
