//! The API's routes and what each of them answers.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::{Map, json as object};

use super::kitchen::Kitchen;
use super::live;
use super::order::{MENU, Order, Progress};
use super::store::Store;
use crate::server::{Answer, App, House, ServeError, health, json, problem, resident, text, usage};

/// Largest order that is read.
const LARGEST: usize = 16 << 10;
/// Orders in the list of recent ones.
const SHOWN: usize = 20;

/// The API's state.
#[derive(Debug)]
pub(super) struct ApiApp {
    house: House,
    store: Arc<Store>,
    kitchen: Kitchen,
    memory_limit: Option<u64>,
    unnamed: AtomicU64,
}

/// What a client asks for; all of it may be left out.
#[derive(Debug, Default, Deserialize)]
struct Wish {
    pizza: Option<String>,
    name: Option<String>,
}

impl App for ApiApp {
    fn house(&self) -> &House {
        &self.house
    }

    fn route(&self, path: &str) -> Option<&'static str> {
        const FIXED: [&str; 8] =
            ["/", "/menu", "/orders", "/orders/live", "/orders/events", "/health/live", "/health/ready", "/metrics"];
        if let Some(fixed) = FIXED.into_iter().find(|fixed| *fixed == path) {
            return Some(fixed);
        }
        let id = path.strip_prefix("/orders/")?;
        (!id.is_empty() && !id.contains('/')).then_some("/orders/{id}")
    }

    async fn answer(&self, route: &'static str, request: Request<Incoming>) -> Answer {
        match (request.method(), route) {
            (&Method::POST, "/orders") => self.order(request).await,
            (&Method::GET, "/") => json(StatusCode::OK, &self.greeting()),
            (&Method::GET, "/menu") => json(StatusCode::OK, &object!({ "dishes": MENU })),
            (&Method::GET, "/orders") => self.recent().await,
            (&Method::GET, "/orders/{id}") => self.find(request.uri().path()).await,
            (&Method::GET, "/orders/live") => {
                live::socket(request, self.greeting().to_string(), self.kitchen.listen(), self.house.leaving())
            }
            (&Method::GET, "/orders/events") => {
                live::events(&self.greeting().to_string(), self.kitchen.listen(), self.house.leaving())
            }
            (&Method::GET, "/health/live") => json(StatusCode::OK, &object!({ "status": "ok" })),
            (&Method::GET, "/health/ready") => self.ready().await,
            (&Method::GET, "/metrics") => text(self.house.metrics.render()),
            (method, _) => problem(StatusCode::METHOD_NOT_ALLOWED, &format!("`{route}` does not take {method}")),
        }
    }
}

impl ApiApp {
    pub(super) fn new(house: House, redis: Option<&str>, memory_limit: Option<u64>) -> Result<Self, ServeError> {
        let store = Arc::new(Store::at(redis).map_err(ServeError::Datastore)?);
        let kitchen = Kitchen::open(Arc::clone(&store));
        Ok(Self { house, store, kitchen, memory_limit, unnamed: AtomicU64::new(0) })
    }

    fn greeting(&self) -> serde_json::Value {
        object!({ "service": "api", "version": self.house.settings.version, "instance": self.house.instance })
    }

    async fn order(&self, request: Request<Incoming>) -> Answer {
        let key = request.headers().get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
        let key = key.unwrap_or_else(|| self.name_for_unnamed());
        let wish = match read(request.into_body()).await {
            Ok(wish) => wish,
            Err(problem) => return problem,
        };
        match self.store.place(Order::new(&key, wish.pizza.as_deref(), wish.name.as_deref())).await {
            Err(error) => unavailable(&error),
            Ok(placed) if placed.new => {
                self.house.metrics.ordered();
                self.kitchen.cook(placed.order.clone());
                json(StatusCode::CREATED, &placed.order.progress())
            }
            Ok(known) => json(StatusCode::OK, &known.order.progress()),
        }
    }

    /// Without a key, every order is a new one.
    fn name_for_unnamed(&self) -> String {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        format!("{}-{since}-{}", self.house.instance, self.unnamed.fetch_add(1, Ordering::Relaxed))
    }

    async fn find(&self, path: &str) -> Answer {
        let id = path.strip_prefix("/orders/").unwrap_or_default();
        match self.store.find(id).await {
            Err(error) => unavailable(&error),
            Ok(Some(order)) => json(StatusCode::OK, &order.progress()),
            Ok(None) => problem(StatusCode::NOT_FOUND, &format!("`{id}` is not an order's id")),
        }
    }

    async fn recent(&self) -> Answer {
        match self.store.recent(SHOWN).await {
            Err(error) => unavailable(&error),
            Ok(orders) => {
                let orders: Vec<Progress<'_>> = orders.iter().map(Order::progress).collect();
                json(StatusCode::OK, &object!({ "orders": orders }))
            }
        }
    }

    async fn ready(&self) -> Answer {
        let (kind, reached) = self.store.check().await;
        let mut parts = Map::new();
        let database = match reached {
            Ok(()) => object!({ "status": "ok", "kind": kind }),
            Err(error) => object!({ "status": "degraded", "kind": kind, "reason": error.to_string() }),
        };
        parts.insert("database".to_owned(), database);
        parts.insert("memory".to_owned(), usage(resident(), self.memory_limit));
        parts.insert("uptime".to_owned(), self.house.uptime());
        health(&parts, &["database", "uptime"])
    }
}

async fn read(body: Incoming) -> Result<Wish, Answer> {
    let refuse = |what: &str| problem(StatusCode::UNPROCESSABLE_ENTITY, what);
    let body = Limited::new(body, LARGEST).collect().await.map_err(|error| refuse(&error.to_string()))?.to_bytes();
    if body.is_empty() {
        return Ok(Wish::default());
    }
    let wish: Wish = serde_json::from_slice(&body).map_err(|error| refuse(&error.to_string()))?;
    match &wish.pizza {
        Some(pizza) if MENU.iter().all(|dish| dish.name != pizza) => {
            let dishes = MENU.map(|dish| dish.name).join(", ");
            Err(refuse(&format!("there is no pizza `{pizza}`; there is {dishes}")))
        }
        _ => Ok(wish),
    }
}

fn unavailable(error: &io::Error) -> Answer {
    problem(StatusCode::SERVICE_UNAVAILABLE, &format!("the order book cannot be read: {error}"))
}
