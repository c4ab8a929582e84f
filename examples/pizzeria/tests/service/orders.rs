//! Orders, the menu, health and metrics.

use http::StatusCode;

use crate::counter::Counter;

#[tokio::test]
async fn an_order_placed_twice_with_one_key_is_one_order() {
    let counter = Counter::open().await;
    let first = counter.order("k1", r#"{"pizza":"funghi","name":"Ada"}"#).await;
    let second = counter.order("k1", r#"{"pizza":"funghi","name":"Ada"}"#).await;
    assert_eq!((first.status, second.status), (StatusCode::CREATED, StatusCode::OK));
    assert_eq!(first.json()["id"], second.json()["id"]);
    assert_eq!(counter.get("/orders").await.json()["orders"].as_array().unwrap().len(), 1);
    assert!(counter.get("/metrics").await.text().contains("\npizzeria_orders_total 1\n"));
    counter.stop().await.unwrap();
}

#[tokio::test]
async fn any_instance_answers_for_an_order_that_another_one_took() {
    let (one, other) = (Counter::open().await, Counter::open().await);
    let taken = one.order("k1", "").await.json();
    let found = other.get(&format!("/orders/{}", taken["id"].as_str().unwrap())).await;
    assert_eq!(found.status, StatusCode::OK);
    assert_eq!((&found.json()["id"], &found.json()["pizza"]), (&taken["id"], &taken["pizza"]));
}

#[tokio::test]
async fn what_cannot_be_ordered_is_refused_with_what_can() {
    let counter = Counter::open().await;
    let answer = counter.order("k1", r#"{"pizza":"hawaii"}"#).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("there is no pizza `hawaii`; there is margherita"), "{}", answer.text());
    assert_eq!(counter.order("k2", "{").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn every_answer_says_which_version_gave_it() {
    let counter = Counter::open().await;
    for path in ["/menu", "/orders/none", "/nowhere", "/health/live", "/metrics"] {
        assert_eq!(counter.get(path).await.headers["x-version"], "v1", "{path}");
    }
}

#[tokio::test]
async fn readiness_tells_of_database_memory_and_uptime() {
    let counter = Counter::open().await;
    let report = counter.get("/health/ready").await;
    assert_eq!((report.status, &report.json()["status"]), (StatusCode::OK, &"ok".into()));
    for part in ["database", "memory", "uptime"] {
        assert_eq!(report.json()["parts"][part]["status"], "ok", "{part}");
    }
}

#[tokio::test]
async fn metrics_count_by_route_and_not_by_what_was_asked() {
    let counter = Counter::open().await;
    counter.get("/orders/0000000000000001").await;
    counter.get("/orders/0000000000000002").await;
    counter.get("/nowhere").await;
    let metrics = counter.get("/metrics").await.text();
    for line in [
        "http_requests_total{method=\"GET\",status=\"200\",path=\"/orders/{id}\"} 2",
        "http_requests_total{method=\"GET\",status=\"404\",path=\"other\"} 1",
    ] {
        assert!(metrics.contains(line), "no `{line}` in\n{metrics}");
    }
}
