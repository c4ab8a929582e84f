//! Commands at a terminal: in the foreground until a signal comes, following, and into pipes that close.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use towel_testkit::eventually;

use crate::support::{API, Shop, TOWEL, is_alive, left_in};

/// Starts the environment in the foreground and returns once all of it is ready.
fn in_the_foreground(shop: &Shop) -> Child {
    let mut up = shop.project().command(TOWEL, &["up", "--version", "v1"]);
    let said = std::fs::File::create(shop.project().path("said.txt")).unwrap();
    let up = up.stdout(said).spawn().unwrap();
    eventually("both instances are ready", || {
        let status = shop.towel(&["status"]);
        status.status == 0 && status.stdout.contains("2/2    healthy")
    });
    up
}

fn end_by(child: &mut Child, signal: Signal) -> Option<i32> {
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
    child.wait().unwrap().code()
}

#[test]
fn ctrl_c_stops_all_that_runs_in_the_foreground() {
    let shop = Shop::new(API).version("v1", "");
    let mut up = in_the_foreground(&shop);
    assert_eq!(end_by(&mut up, Signal::SIGINT), Some(0));
    assert_eq!(left_in(shop.project().folder()), []);
    let said = shop.project().read("said.txt");
    assert!(said.starts_with("environment `dev` is starting; Ctrl-C stops it, `towel status` shows it\n"), "{said}");
    assert!(said.ends_with("stopping everything\nstopped\n"), "{said}");
}

#[test]
fn a_supervisor_that_is_told_to_go_leaves_what_it_ran() {
    let shop = Shop::new(API).version("v1", "");
    let mut up = in_the_foreground(&shop);
    let before = shop.running("api");
    assert_eq!(end_by(&mut up, Signal::SIGTERM), Some(0));
    assert!(before.pids.values().all(|pid| is_alive(*pid)));
    shop.towel(&["up", "--detach", "--quiet"]).expect(0);
    assert_eq!(shop.running("api"), before);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let shop = Shop::open(API);
    for arguments in [
        &["status"][..],
        &["status", "--watch"],
        &["status", "--json"],
        &["history"],
        &["events"],
        &["logs", "api"],
        &["top"],
        &["freeze"],
        &["check"],
        &["check", "--json"],
        &["explain"],
        &["schema"],
        &["man"],
        &["completions", "bash"],
        &["--help"],
        &["up", "--detach"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = shop.project().command(TOWEL, arguments);
        let output = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""), "towel {arguments:?}");
    }
}

#[test]
fn following_shows_what_happens_as_it_happens() {
    let shop = Shop::open(API);
    let follow = |arguments: &[&str]| {
        let mut child = shop.project().command(TOWEL, arguments).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        (child, lines)
    };
    let (mut events, mut events_lines) = follow(&["events", "--follow"]);
    let (mut logs, mut logs_lines) = follow(&["logs", "api", "--follow"]);
    let (mut status, mut status_lines) = follow(&["status", "--watch", "--json"]);
    let users = shop.users(150.0);
    assert_eq!(shop.deploy("api", "v2").outcome, "healthy");
    users.stop_satisfied();
    assert!(events_lines.any(|line| line.contains("`v2` is healthy and serves all requests")));
    assert!(logs_lines.any(|line| line.starts_with("api-r2-1 │ ") && line.contains("listens on")));
    assert!(status_lines.any(|line| line.contains("\"rollout\":{\"id\":1,")));
    for child in [&mut events, &mut logs, &mut status] {
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn quiet_commands_say_nothing_when_all_is_well() {
    let shop = Shop::open(API);
    for arguments in [&["up", "--detach"][..], &["restart", "api"], &["abort", "api"], &["down"]] {
        let output = shop.towel(&[arguments, &["--quiet"]].concat()).expect(0);
        assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("", ""), "towel {arguments:?}");
    }
}
