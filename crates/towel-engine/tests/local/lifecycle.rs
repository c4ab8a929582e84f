//! Instances come up, are scaled, restarted and sent away.

use std::fs;
use std::time::Duration;

use towel_engine::local::LocalEngine;
use towel_engine::{Engine, EngineError, Instance, Phase, ReleaseId};
use towel_model::{Part, Reference, Template};

use crate::world::*;

#[tokio::test]
async fn an_instance_gets_its_contract_and_nothing_of_the_supervisors_environment() {
    let world = World::new();
    world.secrets.0.lock().unwrap().insert("jwt".to_owned(), "s3 cret".to_owned());
    let engine = world.engine().await;
    let mut workload = workload(3, "sh -c 'env > env.txt; pwd >> env.txt; exec sleep 1000'");
    let part = |to| Part::Reference { to, span: towel_source::Span::default() };
    let template = |parts| Template { text: String::new(), parts };
    workload.service.env = vec![
        variable("JWT", template(vec![part(Reference::Secret("jwt".to_owned()))])),
        variable("OPTIONAL", template(vec![part(Reference::Secret("optional".to_owned()))])),
        variable("RELEASE", template(vec![Part::Text("at-".to_owned()), part(Reference::Version)])),
    ];
    fs::create_dir(world.path("backend")).unwrap();
    workload.service.source = Some("backend".to_owned().into());
    engine.apply(&workload, 1).await.unwrap();
    let file = world.path("backend/env.txt");
    wait_until("the service has written its environment", || {
        fs::read_to_string(&file).is_ok_and(|text| text.contains("/backend\n"))
    })
    .await;
    let address = engine.observe().await.unwrap()[0].address.unwrap();
    let text = fs::read_to_string(&file).unwrap();
    for line in [
        "JWT=s3 cret",
        "RELEASE=at-v3",
        "TOWEL_SERVICE=api",
        "TOWEL_VERSION=v3",
        "TOWEL_INSTANCE=api-r3-1",
        "TOWEL_ENVIRONMENT=dev",
        "HOST=127.0.0.1",
        &format!("PORT={}", address.port()),
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is missing:\n{text}");
    }
    // Cargo sets a crowd of variables for this test.
    assert!(!text.contains("OPTIONAL") && !text.contains("CARGO"), "{text}");
    let context = engine.environment("api-r3-1").unwrap();
    assert_eq!(context.folder, world.path("backend"));
    assert!(context.environment.contains(&("JWT".to_owned(), "s3 cret".to_owned())));
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn instances_are_scaled_up_and_surplus_ones_are_drained_before_they_are_stopped() {
    let world = World::new();
    let engine = world.engine().await;
    engine.apply(&web(1), 3).await.unwrap();
    let three = wait_ready(&engine, 3).await;
    let mut ports: Vec<u16> = three.iter().map(|one| one.address.unwrap().port()).collect();
    ports.dedup();
    assert_eq!(ports.len(), 3);
    engine.apply(&web(1), 1).await.unwrap();
    let left = wait_ready(&engine, 1).await;
    assert_eq!((left[0].id.as_str(), left[0].pid), ("api-r1-1", three[0].pid));
    let mut drained = world.drained.0.lock().unwrap().clone();
    drained.sort();
    assert_eq!(drained, [("api-r1-2".to_owned(), true), ("api-r1-3".to_owned(), true)]);
    engine.apply(&web(1), 2).await.unwrap();
    let two = wait_ready(&engine, 2).await;
    assert_eq!(two[1].id, "api-r1-4", "a number is never used twice");
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn a_restart_replaces_every_instance_without_losing_capacity() {
    let world = World::new();
    let engine = world.engine().await;
    engine.apply(&web(1), 2).await.unwrap();
    wait_ready(&engine, 2).await;
    engine.restart("api", ReleaseId(1)).await.unwrap();
    let fewest = std::sync::Mutex::new(usize::MAX);
    let all_new = |all: &[Instance]| {
        let ready = all.iter().filter(|one| one.is_ready()).count();
        let mut fewest = fewest.lock().unwrap();
        *fewest = (*fewest).min(ready);
        all.len() == 2 && ready == 2 && all.iter().all(|one| one.id != "api-r1-1" && one.id != "api-r1-2")
    };
    wait_for(&engine, "two new instances", all_new).await;
    assert!(*fewest.lock().unwrap() >= 2);
    let unknown = engine.restart("api", ReleaseId(9)).await.unwrap_err();
    assert_eq!(unknown.to_string(), "there is no release `api r9`");
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn releases_that_nobody_retains_are_ended() {
    let world = World::new();
    let engine = world.engine().await;
    engine.apply(&web(1), 1).await.unwrap();
    engine.apply(&web(2), 1).await.unwrap();
    wait_ready(&engine, 2).await;
    engine.retain(&[ReleaseId(2)]).await.unwrap();
    assert_eq!(wait_ready(&engine, 1).await[0].id, "api-r2-1");
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn what_is_needed_comes_first_and_goes_last() {
    let world = World::new();
    let engine = world.engine().await;
    let mut front = web(2);
    front.service.name = "front".to_owned().into();
    front.service.needs = vec!["api".to_owned().into()];
    engine.apply(&front, 1).await.unwrap();
    let waiting =
        wait_for(&engine, "a waiting instance", |all| all.iter().any(|one| one.state.reason == "waits for `api`"))
            .await;
    assert_eq!(waiting[0].state.phase, Phase::Starting);
    assert_eq!(waiting[0].pid, None);
    engine.apply(&web(1), 1).await.unwrap();
    wait_ready(&engine, 2).await;
    // A dependency that goes away later holds nobody up.
    engine.apply(&web(1), 0).await.unwrap();
    wait_ready(&engine, 1).await;
    engine.apply(&front, 2).await.unwrap();
    wait_ready(&engine, 2).await;
    engine.apply(&web(1), 1).await.unwrap();
    wait_ready(&engine, 3).await;
    world.drained.0.lock().unwrap().clear();
    engine.shut_down(false).await.unwrap();
    let order: Vec<String> = world.drained.0.lock().unwrap().iter().map(|(id, _)| id.clone()).collect();
    assert_eq!(order.len(), 3);
    assert!(order[2].starts_with("api-"), "{order:?}");
}

#[tokio::test]
async fn shutting_down_leaves_no_process_and_no_file_behind() {
    let world = World::new();
    let engine = world.engine().await;
    engine.apply(&web(1), 2).await.unwrap();
    let instances = wait_ready(&engine, 2).await;
    let shims: Vec<u32> = instances.iter().map(|one| world.shim_pid(&one.id)).collect();
    engine.shut_down(true).await.unwrap();
    assert!(instances.iter().all(|one| !is_alive(one.pid.unwrap())));
    assert!(shims.into_iter().all(|pid| !is_alive(pid)));
    assert_eq!(fs::read_dir(world.state().join("run")).unwrap().count(), 0);
    assert!(engine.observe().await.unwrap().is_empty());
    drop(engine);
    // Logs stay, and numbers go on.
    assert_eq!(fs::read_dir(world.state().join("logs/api")).unwrap().count(), 2);
    let engine = world.engine().await;
    engine.apply(&web(1), 1).await.unwrap();
    assert_eq!(wait_ready(&engine, 1).await[0].id, "api-r1-3");
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn a_second_engine_is_refused() {
    let world = World::new();
    let engine = world.engine().await;
    let Err(EngineError::Outside { source, .. }) = LocalEngine::new(world.settings()) else { panic!("not refused") };
    assert_eq!(source.to_string(), "another supervisor runs this product");
    drop(engine);
    world.engine().await;
}

#[tokio::test]
async fn use_of_time_and_memory_counts_the_whole_family() {
    let world = World::new();
    let engine = world.engine().await;
    let run = "sh -c 'sh -c \"while :; do :; done\" & exec sleep 1000'";
    engine.apply(&worker(1, run), 1).await.unwrap();
    wait_ready(&engine, 1).await;
    let used = |at_least: f64| engine.usage().iter().any(|one| one.cpu_seconds >= at_least);
    wait_until("some CPU was used", || used(0.2)).await;
    let usage = engine.usage();
    assert_eq!((usage.len(), usage[0].id.as_str(), usage[0].processes), (1, "api-r1-1", 2));
    assert!(usage[0].memory > 100_000);
    engine.shut_down(false).await.unwrap();
    tokio::time::sleep(Duration::ZERO).await;
}
