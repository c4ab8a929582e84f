//! The program as a supervisor sees it: signals, exit status, output.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use crate::counter::get;

struct Program {
    child: Child,
    output: BufReader<ChildStdout>,
    address: std::net::SocketAddr,
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already, as it should.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn start(arguments: &[&str]) -> Program {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pizzeria"))
        .args(arguments)
        .env("PORT", "0")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let address =
        line.split_once("listens on ").unwrap_or_else(|| panic!("{line}")).1.trim_end_matches(['"', '}', '\n', ',']);
    let address = address.split('"').next().unwrap().parse().unwrap();
    Program { child, output, address }
}

fn signal(program: &Program, name: &str) {
    let pid = program.child.id().to_string();
    assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pizzeria")).args(arguments).output().unwrap()
}

#[tokio::test]
async fn sigterm_ends_it_with_0() {
    let mut program = start(&["api", "--linger", "0s"]);
    assert!(get(program.address, "/menu").await.status.is_success());
    signal(&program, "TERM");
    let mut rest = String::new();
    program.output.read_to_string(&mut rest).unwrap();
    assert_eq!(program.child.wait().unwrap().code(), Some(0));
    assert!(rest.contains("was told to stop") && rest.contains("has stopped"), "{rest}");
}

#[tokio::test]
async fn sigterm_can_be_ignored() {
    let mut program = start(&["api", "--ignore-sigterm"]);
    signal(&program, "TERM");
    // Were the signal heard, it would linger for half a second at most.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert!(program.child.try_wait().unwrap().is_none());
    assert!(get(program.address, "/menu").await.status.is_success());
}

#[tokio::test]
async fn a_crash_has_an_exit_status_of_its_own() {
    let mut program = start(&["api", "--crash-after", "1"]);
    get(program.address, "/menu").await;
    let address = program.address;
    let last = tokio::net::TcpStream::connect(address).await.unwrap();
    last.writable().await.unwrap();
    assert!(last.try_write(b"GET /menu HTTP/1.1\r\nhost: test\r\n\r\n").is_ok());
    assert_eq!(program.child.wait().unwrap().code(), Some(70));
}

#[test]
fn a_leak_grows_the_process() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let program = start(&["api", "--leak", "8Mi"]);
    runtime.block_on(async {
        let used =
            async || get(program.address, "/health/ready").await.json()["parts"]["memory"]["bytes"].as_u64().unwrap();
        let before = used().await;
        for _ in 0..5 {
            get(program.address, "/menu").await;
        }
        assert!(used().await >= before + (40 << 20));
    });
}

#[test]
fn wrong_usage_is_2_and_says_what_is_right() {
    for (arguments, expected) in [
        (
            vec!["api", "--latency", "soon"],
            "error: --latency: `soon` is not a duration; write it like `200ms`, `5s` or `2m`\n",
        ),
        (vec!["cook"], "error: there is no `cook`; there is api, web and load\n"),
        (vec![], "error: say what to run: api, web or load\n"),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2));
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(told, format!("{expected}help: see `pizzeria --help`\n"));
    }
}

#[test]
fn a_port_in_use_is_told_and_not_survived() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_pizzeria")).arg("web").env("PORT", &port).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stderr).unwrap().starts_with(&format!("error: cannot listen on 127.0.0.1:{port}: "))
    );
}
