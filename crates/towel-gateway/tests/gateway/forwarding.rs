//! What targets and clients get to see of each other.

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;

use crate::support::http::raw;
use crate::support::{App, Connection, Gateway, ask, get, one};

async fn gateway_and_app() -> (Gateway, std::net::SocketAddr, App) {
    let app = App::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    (gateway, address, app)
}

#[tokio::test]
async fn hop_by_hop_fields_stay_here_and_others_pass() {
    let (_gateway, address, _app) = gateway_and_app().await;
    let request = "GET /headers HTTP/1.1\r\nHost: shop.example\r\nConnection: close, X-Mine, te\r\nX-Mine: secret\r\nTE: trailers\r\n\
        Keep-Alive: timeout=3\r\nProxy-Connection: close\r\nProxy: http://evil\r\nUpgrade: h2c\r\nTrailer: x\r\nX-Other: passes\r\nAuthorization: Basic eA==\r\n\r\n";
    let answer = raw(address, request.as_bytes()).await;
    for gone in ["secret", "trailers", "timeout=3", "proxy", "h2c", "upgrade", "\"trailer\"", "\"connection\""] {
        assert!(!answer.split("GET /headers").nth(1).unwrap().contains(gone), "{gone} in {answer}");
    }
    assert!(
        answer.contains("\"x-other\": \"passes\"") && answer.contains("\"authorization\": \"Basic eA==\""),
        "{answer}"
    );
    assert!(answer.contains("\"host\": \"shop.example\""), "{answer}");
}

#[tokio::test]
async fn fields_in_disguise_do_not_pass() {
    let (_gateway, address, _app) = gateway_and_app().await;
    let request = "GET /headers HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent_Length: 7\r\nX-Forwarded_For: 6.6.6.6\r\n\
        Transfer_Encoding: chunked\r\nMy_Own: passes\r\n\r\n";
    let answer = raw(address, request.as_bytes()).await;
    assert!(answer.contains("\"my_own\": \"passes\""), "{answer}");
    for gone in ["content_length", "6.6.6.6", "transfer_encoding"] {
        assert!(!answer.contains(gone), "{gone} in {answer}");
    }
}

#[tokio::test]
async fn forwarded_fields_tell_where_a_request_came_from() {
    let (_gateway, address, _app) = gateway_and_app().await;
    let plain = get(address, "/headers").await.body;
    assert!(plain.contains("\"x-forwarded-for\": \"127.0.0.1\""), "{plain}");
    assert!(
        plain.contains("\"x-forwarded-proto\": \"http\"") && plain.contains("\"x-forwarded-host\": \"shop.example\""),
        "{plain}"
    );
    // A peer on the loopback is a proxy of ours.
    let request = Request::get("/headers")
        .header("host", "shop.example")
        .header("x-forwarded-for", "203.0.113.9")
        .header("x-forwarded-proto", "https")
        .body(Full::default());
    let chained = ask(address, request.unwrap()).await.body;
    assert!(chained.contains("\"x-forwarded-for\": \"203.0.113.9, 127.0.0.1\""), "{chained}");
    assert!(chained.contains("\"x-forwarded-proto\": \"https\""), "{chained}");
}

#[tokio::test]
async fn bodies_pass_both_ways_with_a_length_and_in_chunks() {
    let (_gateway, address, _app) = gateway_and_app().await;
    let body = "x".repeat(300_000);
    let request = Request::post("/echo").header("host", "a").body(Full::from(body.clone())).unwrap();
    assert_eq!(ask(address, request).await.body, body);
    let chunked = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nT: t\r\n\r\n";
    let answer = raw(address, chunked.as_bytes()).await;
    assert!(answer.contains("hello") && answer.contains(" world"), "{answer}");
    let many = get(address, "/drip/5").await;
    assert!(many.headers.contains_key("transfer-encoding") && many.body.ends_with("data: 4\n\n"), "{many:?}");
    assert_eq!(get(address, "/big/1000000").await.body.len(), 1_000_000);
}

#[tokio::test]
async fn an_old_client_gets_an_answer_that_ends_with_the_connection() {
    let (_gateway, address, _app) = gateway_and_app().await;
    let answer = raw(address, b"GET /drip/2 HTTP/1.0\r\n\r\n").await;
    assert!(answer.contains("Connection: close") && !answer.contains("chunked"), "{answer}");
    assert!(answer.ends_with("\r\n\r\ndata: 0\n\ndata: 1\n\n"), "{answer}");
}

#[tokio::test]
async fn requests_that_were_sent_ahead_are_answered_in_order() {
    let (_gateway, address, _app) = gateway_and_app().await;
    let requests = "GET /status/201 HTTP/1.1\r\nHost: a\r\n\r\nPOST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc\
        GET /status/203 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let answer = raw(address, requests.as_bytes()).await;
    let places: Vec<_> = ["HTTP/1.1 201", "Ok(3)", "HTTP/1.1 203"].iter().map(|t| answer.find(t).unwrap()).collect();
    assert!(places.is_sorted(), "{answer}");
}

#[tokio::test]
async fn a_head_request_has_the_length_but_not_the_body() {
    let (_gateway, address, _app) = gateway_and_app().await;
    let mut connection = Connection::open(address).await;
    let request = Request::head("/big/12345").header("host", "a").body(Full::<Bytes>::default()).unwrap();
    let answer = connection.ask(request).await.unwrap();
    assert_eq!((answer.headers["content-length"].to_str().unwrap(), answer.body.len()), ("12345", 0));
    assert_eq!(connection.get("/").await.unwrap().body, "app");
}

#[tokio::test]
async fn a_client_that_waits_for_leave_to_send_its_body_gets_it() {
    use crate::support::http::read_until;
    use tokio::io::AsyncWriteExt;
    let (_gateway, address, _app) = gateway_and_app().await;
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = b"POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head).await.unwrap();
    read_until(&mut stream, "HTTP/1.1 100 Continue\r\n\r\n").await;
    stream.write_all(b"12345").await.unwrap();
    read_until(&mut stream, "Ok(5)").await;
}

#[tokio::test]
async fn connections_to_a_target_are_kept_and_used_again() {
    let (gateway, address, app) = gateway_and_app().await;
    let mut connection = Connection::open(address).await;
    for _ in 0..50 {
        assert_eq!(connection.get("/").await.unwrap().body, "app");
    }
    assert_eq!(app.requests(), 50);
    assert!(app.connections() <= 2, "{} connections", app.connections());
    drop(gateway);
}
