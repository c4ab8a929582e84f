//! Scenario 33: requests that two servers could read in two ways are refused, and the connection
//! is closed before anything behind them can pass as a request.

use crate::support::http::raw;
use crate::support::{App, Gateway, one};

const BEHIND: &str = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

async fn check(cases: &[(&str, &str)], status: &str) {
    let app = App::start("app").await;
    let (_gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    for (name, request) in cases {
        let answer = raw(address, format!("{request}{BEHIND}").as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{name}: {answer}");
        assert_eq!(answer.matches("Content-Type").count(), 1, "{name}: {answer}");
        assert!(answer.contains("Connection: close"), "{name}: {answer}");
    }
    assert_eq!(app.requests(), 0, "nothing reached the application");
}

#[tokio::test]
async fn ambiguous_lengths_are_refused() {
    check(
        &[
            (
                "length and chunks",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
            ),
            (
                "chunks and length",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG",
            ),
            ("two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
            ("two equal lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx"),
            ("a list of lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx"),
            ("a signed length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx"),
            ("a hexadecimal length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\nx"),
            ("an empty length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"),
            ("an endless length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n"),
        ],
        "400",
    )
    .await;
}

#[tokio::test]
async fn unknown_codings_are_refused() {
    let cases = [
        "xchunked",
        "chunked, chunked",
        "gzip, chunked",
        "identity",
        "chunked;a=b",
        "\u{b}chunked",
        "x\u{a0}chunked",
        "",
    ];
    let requests: Vec<_> = cases
        .iter()
        .map(|c| format!("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: {c}\r\n\r\n0\r\n\r\n"))
        .collect();
    let cases: Vec<_> = cases.iter().copied().zip(requests.iter().map(String::as_str)).collect();
    check(&cases, "400").await;
    check(
        &[
            ("twice", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            ("twice, different", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n\r\n0\r\n\r\n"),
            ("in HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ],
        "400",
    )
    .await;
}

#[tokio::test]
async fn malformed_heads_are_refused() {
    check(
        &[
            ("a folded line", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n  Content-Length: 5\r\n\r\n"),
            ("bare line feeds", "GET / HTTP/1.1\nHost: a\n\n"),
            ("one bare line feed", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
            ("a space before the colon", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\n"),
            ("no host", "GET / HTTP/1.1\r\n\r\n"),
            ("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
            ("a host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
            ("a host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
            ("a list of hosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
            ("a NUL", "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"),
            ("a carriage return in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"),
            ("no colon", "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n"),
            ("a fragment", "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n"),
            ("no path", "GET x HTTP/1.1\r\nHost: a\r\n\r\n"),
            ("another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        ],
        "400",
    )
    .await;
    check(&[("another version", "GET / HTTP/3.7\r\nHost: a\r\n\r\n")], "505").await;
    check(&[("a tunnel", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n")], "405").await;
}

#[tokio::test]
async fn a_malformed_chunk_ends_the_connection() {
    let app = App::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    for chunk in ["x\r\n", "-1\r\n", "5\nhello\r\n", "5\r\nhello!\r\n", "fffffffffffffffff\r\n"] {
        let request = format!("POST /length HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}{BEHIND}");
        let answer = raw(address, request.as_bytes()).await;
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{chunk:?}: {answer}");
        assert!(answer.starts_with("HTTP/1.1 400"), "{chunk:?}: {answer}");
    }
    gateway.expect(1, "v1", 0, 0).await;
}

#[tokio::test]
async fn what_a_target_sends_behind_its_answer_is_nobodys_answer() {
    use tokio::io::AsyncWriteExt;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            crate::support::http::read_until(&mut stream, "\r\n\r\n").await;
            let two =
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirstHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond";
            stream.write_all(two.as_bytes()).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    });
    let (_gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", target)])]).0).await;
    let mut connection = crate::support::Connection::open(address).await;
    for _ in 0..3 {
        assert_eq!(connection.get("/").await.unwrap().body, "first");
    }
    serving.abort();
}
