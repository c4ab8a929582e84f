//! Hosts and paths.

use hyper::Request;
use towel_gateway::table::{Route, Table};

use crate::support::{App, Gateway, ask, get, one};

fn with_routes(mut table: Table, routes: &[(Option<&str>, &str, &str)], backends: &[(&str, &App)]) -> Table {
    let shop = table.backends["shop"].clone();
    for (name, app) in backends {
        let mut backend = shop.clone();
        backend.versions[0].targets[0].address = app.address;
        backend.versions[0].targets[0].id = (*name).to_owned();
        table.backends.insert((*name).to_owned(), backend);
    }
    table.listeners[0].routes = routes
        .iter()
        .map(|(host, path, backend)| Route {
            host: host.map(Into::into),
            path: (*path).into(),
            backend: (*backend).into(),
        })
        .collect();
    table
}

#[tokio::test]
async fn the_most_specific_route_wins() {
    let (web, api, other) = (App::start("web").await, App::start("api").await, App::start("other").await);
    let table = with_routes(
        one(1, &[("v1", 1, &[("w", web.address)])]).0,
        &[(None, "/", "shop"), (None, "/api", "api"), (Some("other.example"), "/", "other")],
        &[("api", &api), ("other", &other)],
    );
    let (_gateway, address) = Gateway::with(&table).await;
    for (host, path, name) in [
        ("shop.example", "/", "web"),
        ("shop.example", "/api", "api"),
        ("shop.example:81", "/api/v1?x=/", "api"),
        ("shop.example", "/apiary", "web"),
        ("OTHER.example:8080", "/anything", "other"),
        ("other.example", "/api/v1", "other"),
        ("other.example.", "/", "other"),
    ] {
        let request = Request::get(path).header("host", host).body(Default::default()).unwrap();
        assert_eq!(ask(address, request).await.body, name, "{host}{path}");
    }
}

#[tokio::test]
async fn what_no_route_covers_is_not_found() {
    let app = App::start("app").await;
    let table = with_routes(one(1, &[("v1", 1, &[("a", app.address)])]).0, &[(Some("a.example"), "/x", "shop")], &[]);
    let (_gateway, address) = Gateway::with(&table).await;
    let answer = get(address, "/x").await;
    assert_eq!((answer.status, answer.body.as_str()), (404, "no route leads from here to a service\n"));
}

#[tokio::test]
async fn an_absolute_target_is_routed_by_its_own_host() {
    let app = App::start("app").await;
    let table = with_routes(one(1, &[("v1", 1, &[("a", app.address)])]).0, &[(Some("a.example"), "/", "shop")], &[]);
    let (_gateway, address) = Gateway::with(&table).await;
    let request = "GET http://a.example/headers?q=1 HTTP/1.1\r\nHost: b.example\r\nConnection: close\r\n\r\n";
    let answer = crate::support::http::raw(address, request.as_bytes()).await;
    assert!(answer.contains("GET /headers?q=1") && answer.contains("\"host\": \"a.example\""), "{answer}");
}
