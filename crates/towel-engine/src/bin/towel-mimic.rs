//! A service that behaves and misbehaves on demand, and a supervisor that can be killed, for this crate's tests.

#![allow(clippy::disallowed_methods, reason = "a service of no towel crate, which has threads and variables")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use towel_engine::local::{Boxed, Drain, LocalEngine, LocalSettings, Resolve};
use towel_engine::{Engine, Instance, Workload};
use towel_model::Reference;

/// `towel-mimic serve [FOLDER]`: answers HTTP on `PORT`. With a folder, a file `status` in it holds the
/// status to answer `/ready` with and `live` the one for `/live`; a file `hang` makes it accept and say nothing.
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve", rest @ ..] => serve(rest.first().copied()),
        ["after", milliseconds, rest @ ..] => {
            sleep(Duration::from_millis(milliseconds.parse().expect("milliseconds")));
            serve(rest.first().copied());
        }
        ["supervise", project, state, shim, wish] => supervise(project, state, shim, wish),
        ["flood", lines] => flood(lines.parse().expect("a count")),
        ["eat", bytes] => eat(bytes.parse().expect("a size")),
        _ => std::process::exit(64),
    }
}

fn serve(folder: Option<&str>) {
    let port = std::env::var("PORT").expect("PORT is set");
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).unwrap_or_else(|error| {
        let _told = writeln!(std::io::stderr(), "cannot listen on {port}: {error}");
        std::process::exit(1);
    });
    let _told = writeln!(std::io::stdout(), "listening on {port}");
    let folder = folder.map(str::to_owned);
    for stream in listener.incoming().flatten() {
        let folder = folder.clone();
        std::thread::spawn(move || answer(stream, folder.as_deref()));
    }
}

fn answer(mut stream: TcpStream, folder: Option<&str>) {
    let mut request = [0; 4096];
    let Ok(length) = stream.read(&mut request) else { return };
    let request = String::from_utf8_lossy(&request[..length]).into_owned();
    let path = request.split(' ').nth(1).unwrap_or("/");
    let told = |name: &str| folder.and_then(|folder| std::fs::read_to_string(Path::new(folder).join(name)).ok());
    if told("hang").is_some() {
        sleep(Duration::from_secs(3600));
    }
    let name = if path == "/live" { "live" } else { "status" };
    let status = told(name).map_or("200".to_owned(), |status| status.trim().to_owned());
    let body = std::env::var("TOWEL_INSTANCE").unwrap_or_default();
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let _gone = stream.write_all(format!("{head}{body}").as_bytes());
}

/// Writes lines as fast as it can, then waits.
fn flood(lines: u64) {
    let mut out = std::io::stdout().lock();
    for number in 0..lines {
        let _told = writeln!(out, "line {number} {}", "x".repeat(100));
    }
    let _told = out.flush();
    drop(out);
    sleep(Duration::from_secs(3600));
}

/// Brings about a wish, read from a file, and keeps it so until it is killed.
fn supervise(project: &str, state: &str, shim: &str, wish: &str) {
    let wish: Vec<(Workload, u32)> =
        serde_json::from_slice(&std::fs::read(wish).expect("a wish")).expect("a wish in JSON");
    let settings = LocalSettings {
        project: project.into(),
        state: state.into(),
        shim: vec![shim.into()],
        environment: std::env::vars().collect(),
        resolve: Arc::new(Nothing),
        drain: Arc::new(Nothing),
        seed: u64::from(std::process::id()),
    };
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let engine = LocalEngine::new(settings).expect("an engine");
        engine.adopt().await.expect("adopting");
        for (workload, replicas) in &wish {
            engine.apply(workload, *replicas).await.expect("applying");
        }
        std::future::pending::<()>().await;
    });
}

struct Nothing;

impl Resolve for Nothing {
    fn resolve(&self, _service: &str, _reference: &Reference) -> Result<Option<String>, String> {
        Ok(None)
    }
}

impl Drain for Nothing {
    fn drain<'a>(&'a self, _instance: &'a Instance, _limit: Duration) -> Boxed<'a, ()> {
        Box::pin(async {})
    }
}

/// Uses that much memory, then waits.
fn eat(bytes: usize) {
    let mut held: Vec<Vec<u8>> = Vec::new();
    while held.len() * (1 << 20) < bytes {
        held.push(vec![1; 1 << 20]);
    }
    sleep(Duration::from_secs(3600));
    std::hint::black_box(held);
}
