//! Probes decide about readiness, restarts and failed starts.

use std::fs;
use std::time::Duration;

use towel_engine::{Engine, Phase};
use towel_model::{Ask, Template};

use crate::world::*;

fn told(world: &World) -> towel_engine::Workload {
    let mut workload = web(1);
    let run = format!("{} serve '{}'", mimic(), world.path(".").display());
    workload.service.run = Some(Template::literal(run).into());
    workload
}

#[tokio::test]
async fn an_instance_that_answers_503_gets_no_traffic_until_it_answers_again() {
    let world = World::new();
    let engine = world.engine().await;
    engine.apply(&told(&world), 1).await.unwrap();
    let ready = wait_ready(&engine, 1).await;
    assert!(ready[0].last_answer.as_ref().unwrap().starts_with("GET /ready answered 200 in "), "{ready:?}");
    fs::write(world.path("status"), "503").unwrap();
    let unready = wait_phase(&engine, Phase::Unready).await;
    assert!(unready.state.reason.starts_with("GET /ready answered 503 in "), "{}", unready.state.reason);
    assert!(unready.state.reason.ends_with(" ms, 2 times in a row"), "{}", unready.state.reason);
    fs::remove_file(world.path("status")).unwrap();
    let again = wait_ready(&engine, 1).await;
    assert_eq!((again[0].pid, again[0].restarts), (ready[0].pid, 0));
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn an_instance_that_hangs_is_started_again() {
    let world = World::new();
    let engine = world.engine().await;
    let mut workload = told(&world);
    let mut live = http("/live");
    live.within = Duration::from_millis(500);
    workload.service.health.live = Some(live.into());
    engine.apply(&workload, 1).await.unwrap();
    let before = wait_ready(&engine, 1).await;
    fs::write(world.path("hang"), "").unwrap();
    let over = wait_phase(&engine, Phase::BackOff).await;
    let expected = "did not live any more: no answer to GET /live within 500ms, 2 times in a row";
    assert!(over.state.reason.starts_with(expected), "{}", over.state.reason);
    assert_eq!(world.drained.0.lock().unwrap().as_slice(), [("api-r1-1".to_owned(), true)]);
    fs::remove_file(world.path("hang")).unwrap();
    let after = wait_ready(&engine, 1).await;
    assert_ne!(before[0].pid, after[0].pid);
    assert_eq!((after[0].id.as_str(), after[0].restarts), ("api-r1-1", 1));
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn liveness_does_not_count_before_an_instance_was_ready() {
    let world = World::new();
    let engine = world.engine().await;
    let mut workload = told(&world);
    workload.service.health.live = Some(http("/live").into());
    fs::write(world.path("live"), "500").unwrap();
    fs::write(world.path("status"), "503").unwrap();
    engine.apply(&workload, 1).await.unwrap();
    let answered = |all: &[towel_engine::Instance]| all.iter().any(|one| one.last_answer.is_some());
    wait_for(&engine, "an answer", answered).await;
    // Far longer than liveness would need to fail.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let starting = engine.observe().await.unwrap();
    assert_eq!((starting[0].state.phase, starting[0].restarts), (Phase::Starting, 0));
    fs::remove_file(world.path("live")).unwrap();
    fs::remove_file(world.path("status")).unwrap();
    wait_ready(&engine, 1).await;
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn an_instance_that_never_becomes_ready_is_told_with_its_last_answer() {
    let world = World::new();
    let engine = world.engine().await;
    fs::write(world.path("status"), "503").unwrap();
    let mut workload = told(&world);
    workload.service.health.start = Duration::from_secs(1).into();
    engine.apply(&workload, 1).await.unwrap();
    let over = wait_phase(&engine, Phase::BackOff).await;
    assert!(over.state.reason.starts_with("was not ready within 1s: GET /ready answered 503"), "{}", over.state.reason);
    // Three of those in a row are a crash loop.
    let looping = wait_phase(&engine, Phase::CrashLoop).await;
    assert_eq!(looping.last_exit.unwrap().last_lines, [format!("listening on {}", looping.address.unwrap().port())]);
    // It was never ready, so there was nothing to drain.
    assert!(world.drained.0.lock().unwrap().is_empty());
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn one_lucky_success_does_not_make_an_instance_ready() {
    let world = World::new();
    let engine = world.engine().await;
    let counter = world.path("counter");
    let mut workload = worker(1, "sleep 1000");
    // Succeeds at every second question only.
    let flapping = format!("sh -c 'echo >> {0}; test $(($(wc -l < {0}) % 2)) = 0'", counter.display());
    let mut ready = probe(Ask::Run(Template::literal(flapping)));
    ready.every = Duration::from_millis(20);
    ready.successes = 2;
    workload.service.health.ready = Some(ready.into());
    engine.apply(&workload, 1).await.unwrap();
    wait_until("it was asked often", || fs::read_to_string(&counter).is_ok_and(|text| text.len() > 20)).await;
    assert_eq!(engine.observe().await.unwrap()[0].state.phase, Phase::Starting);
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn a_port_without_a_probe_must_accept_connections_first() {
    let world = World::new();
    let engine = world.engine().await;
    engine.apply(&workload(1, "sleep 1000"), 1).await.unwrap();
    let refused = |all: &[towel_engine::Instance]| all.iter().any(|one| one.last_answer.is_some());
    let instances = wait_for(&engine, "an answer", refused).await;
    let expected = format!("connection refused on {}", instances[0].address.unwrap());
    assert_eq!(instances[0].last_answer.as_deref(), Some(expected.as_str()));
    assert_eq!(instances[0].state.phase, Phase::Starting);
    engine.shut_down(false).await.unwrap();
}
