//! The API as a whole: what it is told, and how it is run.

use std::future::Future;
use std::net::SocketAddr;

use super::app::ApiApp;
use crate::server::{Bound, House, ServeError, ServerSettings, bind, terminated};

/// What the API is told.
#[derive(Debug, Clone, Default)]
pub struct ApiSettings {
    /// Where it listens, its version and its faults.
    pub server: ServerSettings,
    /// Where orders are kept: `redis://[user][:password]@host:port[/number]`; in memory when not given.
    pub redis_url: Option<String>,
    /// Bytes that the process may use, for the readiness report.
    pub memory_limit: Option<u64>,
}

/// An API that listens and has not begun to answer.
#[derive(Debug)]
pub struct Api(Bound<ApiApp>);

impl Api {
    /// Listens.
    pub async fn bind(settings: ApiSettings) -> Result<Self, ServeError> {
        let house = House::new(settings.server);
        let app = ApiApp::new(house, settings.redis_url.as_deref(), settings.memory_limit)?;
        Ok(Self(bind(app).await?))
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

/// Runs the API until the process gets SIGTERM.
pub async fn api(settings: ApiSettings) -> Result<(), ServeError> {
    let Api(bound) = Api::bind(settings).await?;
    let stop = terminated(bound.house())?;
    bound.serve(stop).await
}
