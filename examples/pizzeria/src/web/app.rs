//! The page's routes, and what it asks the API before it answers.

use std::time::Duration;

use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use serde_json::{Map, Value, json as object};

use super::page::{Page, render};
use crate::client::{AskError, Origin};
use crate::server::{Answer, App, House, health, html, json, problem, resident, text, usage};

/// How long the API may take; a page without a menu beats no page.
const WITHIN: Duration = Duration::from_secs(2);

/// The page's state.
#[derive(Debug)]
pub(super) struct WebApp {
    house: House,
    api: Origin,
    public: String,
}

impl App for WebApp {
    fn house(&self) -> &House {
        &self.house
    }

    fn route(&self, path: &str) -> Option<&'static str> {
        ["/", "/health/live", "/health/ready", "/metrics"].into_iter().find(|route| *route == path)
    }

    async fn answer(&self, route: &'static str, request: Request<Incoming>) -> Answer {
        if request.method() != Method::GET {
            return problem(StatusCode::METHOD_NOT_ALLOWED, &format!("`{route}` does not take {}", request.method()));
        }
        match route {
            "/health/live" => json(StatusCode::OK, &object!({ "status": "ok" })),
            "/health/ready" => self.ready().await,
            "/metrics" => text(self.house.metrics.render()),
            _ => self.page().await,
        }
    }
}

impl WebApp {
    pub(super) fn new(house: House, api: Origin, public: String) -> Self {
        Self { house, api, public }
    }

    async fn page(&self) -> Answer {
        let (version, menu) = match self.menu().await {
            Ok((version, menu)) => (version, menu),
            Err(error) => (format!("unreachable: {error}"), Value::Null),
        };
        html(render(&Page { web: &self.house.settings.version, api: &version, url: &self.public, menu: &menu }))
    }

    async fn menu(&self) -> Result<(String, Value), AskError> {
        let answer = self.api.get("/menu", WITHIN).await?;
        if !answer.status().is_success() {
            return Err(AskError::Status(answer.status()));
        }
        let version = answer.headers().get("x-version").and_then(|value| value.to_str().ok()).unwrap_or("unknown");
        Ok((version.to_owned(), serde_json::from_slice(answer.body()).unwrap_or(Value::Null)))
    }

    async fn ready(&self) -> Answer {
        let api = match self.api.get("/health/live", WITHIN).await {
            Ok(answer) if answer.status().is_success() => object!({ "status": "ok" }),
            Ok(answer) => object!({ "status": "degraded", "reason": format!("answered {}", answer.status()) }),
            Err(error) => object!({ "status": "degraded", "reason": error.to_string() }),
        };
        let mut parts = Map::new();
        parts.insert("api".to_owned(), api);
        parts.insert("memory".to_owned(), usage(resident(), None));
        parts.insert("uptime".to_owned(), self.house.uptime());
        // The page shows without the API, so an API that is down must not take the page down with it.
        health(&parts, &["uptime"])
    }
}
