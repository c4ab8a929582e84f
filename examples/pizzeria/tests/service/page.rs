//! The page, with and without an API behind it.

use http::StatusCode;
use pizzeria::{Faults, Web, WebSettings};

use crate::counter::{Counter, get, server};

async fn page_over(api_url: String) -> std::net::SocketAddr {
    let settings = WebSettings { server: server(Faults::default()), api_url, public_api_url: None };
    let web = Web::bind(settings).await.unwrap();
    let address = web.address();
    tokio::spawn(web.serve(std::future::pending()));
    address
}

#[tokio::test]
async fn the_page_shows_the_menu_and_both_versions() {
    let counter = Counter::open().await;
    let web = page_over(counter.url()).await;
    let page = get(web, "/").await;
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    assert!(page.text().contains("Quattro formaggi") && page.text().contains("<b id=\"api\">v1</b>"));
    assert_eq!(get(web, "/health/ready").await.json()["parts"]["api"]["status"], "ok");
}

#[tokio::test]
async fn without_the_api_there_is_still_a_page_that_says_so() {
    let gone = Counter::open().await;
    let url = gone.url();
    gone.stop().await.unwrap();
    let web = page_over(url).await;
    let page = get(web, "/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("unreachable: cannot connect"));
    let ready = get(web, "/health/ready").await;
    assert_eq!((ready.status, &ready.json()["status"]), (StatusCode::OK, &"degraded".into()));
}
