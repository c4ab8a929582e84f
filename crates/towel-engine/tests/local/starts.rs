//! What cannot be started says so at once, in words.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use towel_engine::{Engine, Instance, Phase};
use towel_model::{Part, Reference, Template};

use crate::world::*;

async fn check(name: &str, content: &[u8], mode: u32, expected: &str) {
    let world = World::new();
    fs::write(world.path(name), content).unwrap();
    fs::set_permissions(world.path(name), fs::Permissions::from_mode(mode)).unwrap();
    let engine = world.engine().await;
    let workload = workload(1, &format!("./{name}"));
    let refused = engine.preflight(&workload).await.unwrap_err().to_string();
    let shown = |text: &str| text.replace(world.path("").to_str().unwrap(), "…/");
    assert_eq!(shown(&refused), format!("`api` version `v1` cannot be started: {expected}"));
    engine.apply(&workload, 1).await.unwrap();
    let failed = wait_phase(&engine, Phase::Failed).await;
    assert_eq!(shown(&failed.state.reason), expected);
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn a_program_for_another_machine_fails_at_once() {
    let mut head = vec![0_u8; 64];
    head[..6].copy_from_slice(b"\x7fELF\x02\x01");
    let (number, name) = if std::env::consts::ARCH == "aarch64" { (62, "x86_64") } else { (183, "aarch64") };
    head[18] = number;
    let here = std::env::consts::ARCH;
    let expected = format!("`…/api` is built for {name}, this machine is {here}: build it for {here}");
    check("api", &head, 0o755, &expected).await;
}

#[tokio::test]
async fn a_script_without_its_interpreter_fails_at_once() {
    let expected = "`…/api` wants to be run by `/opt/none/node`, which is not on this machine";
    check("api", b"#!/opt/none/node\n", 0o755, expected).await;
}

#[tokio::test]
async fn a_file_that_is_not_executable_fails_at_once() {
    check("api", b"#!/bin/sh\n", 0o644, "`…/api` is not executable: run `chmod +x …/api`").await;
}

#[tokio::test]
async fn a_damaged_program_fails_at_once() {
    let mut head = vec![0_u8; 64];
    head[..6].copy_from_slice(b"\x7fELF\x02\x01");
    head[18] = if std::env::consts::ARCH == "aarch64" { 183 } else { 62 };
    check("api", &head, 0o755, "`…/api` is damaged or cut off: copy or build it again").await;
}

#[tokio::test]
async fn a_program_that_is_nowhere_fails_and_starts_once_it_is_there() {
    let world = World::new();
    let engine = world.engine().await;
    let workload = workload(1, "./releases/v1/api");
    let refused = engine.preflight(&workload).await.unwrap_err().to_string();
    assert!(refused.contains("there is no file") && refused.ends_with("is this version built?"), "{refused}");
    engine.apply(&workload, 1).await.unwrap();
    wait_phase(&engine, Phase::Failed).await;
    fs::create_dir_all(world.path("releases/v1")).unwrap();
    std::os::unix::fs::symlink("/bin/sleep", world.path("releases/v1/api")).unwrap();
    engine.preflight(&workload).await.unwrap();
    // Told to leave while it rests, it leaves at once.
    engine.apply(&workload, 0).await.unwrap();
    wait_for(&engine, "nothing", <[_]>::is_empty).await;
}

#[tokio::test]
async fn a_program_that_is_still_being_written_is_waited_for() {
    let world = World::new();
    fs::copy("/bin/sleep", world.path("api")).unwrap();
    let writing = fs::OpenOptions::new().append(true).open(world.path("api")).unwrap();
    let engine = world.engine().await;
    engine.apply(&worker(1, "./api 1000"), 1).await.unwrap();
    let starting = |all: &[Instance]| all.iter().any(|one| one.state.phase == Phase::Starting);
    wait_for(&engine, "an instance", starting).await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    drop(writing);
    let seen = std::sync::Mutex::new(Vec::new());
    let ready = |all: &[Instance]| {
        seen.lock().unwrap().extend(all.iter().map(|one| one.state.phase));
        all.iter().any(Instance::is_ready)
    };
    wait_for(&engine, "a ready instance", ready).await;
    assert!(!seen.lock().unwrap().contains(&Phase::Failed));
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn a_missing_secret_is_named_with_its_variable() {
    let world = World::new();
    let engine = world.engine().await;
    let mut workload = web(1);
    let secret = Part::Reference { to: Reference::Secret("jwt".to_owned()), span: towel_source::Span::default() };
    workload.service.env = vec![variable("JWT", Template { text: "${secret.jwt}".to_owned(), parts: vec![secret] })];
    let refused = engine.preflight(&workload).await.unwrap_err().to_string();
    assert_eq!(refused, "`JWT` of `api` has no value: secret `jwt` has no value: set it");
    engine.apply(&workload, 1).await.unwrap();
    assert_eq!(wait_phase(&engine, Phase::Failed).await.state.reason, refused);
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn a_service_with_only_an_image_is_refused() {
    let world = World::new();
    let engine = world.engine().await;
    let mut workload = web(1);
    workload.service.run = None;
    let refused = engine.preflight(&workload).await.unwrap_err().to_string();
    assert!(refused.contains("`api` has no `run:`"), "{refused}");
}
