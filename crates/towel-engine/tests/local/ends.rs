//! How services end when they are told to, strays included.

use std::fs;
use std::time::Duration;

use towel_engine::Engine;
use towel_model::Template;

use crate::world::*;

#[tokio::test]
async fn a_service_that_ignores_sigterm_is_killed_after_its_stop_time() {
    let world = World::new();
    let engine = world.engine().await;
    let mut workload = worker(1, "sh -c 'trap \"\" TERM; while :; do sleep 1; done'");
    workload.service.stop = Duration::from_secs(1).into();
    engine.apply(&workload, 1).await.unwrap();
    let pid = wait_ready(&engine, 1).await[0].pid.unwrap();
    engine.apply(&workload, 0).await.unwrap();
    wait_for(&engine, "nothing", <[_]>::is_empty).await;
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn a_service_gets_time_to_end_by_itself() {
    let world = World::new();
    let engine = world.engine().await;
    let run = "sh -c 'trap \"sleep 1; echo done > ended; exit 0\" TERM; echo up; while :; do sleep 0.1; done'";
    engine.apply(&worker(1, run), 1).await.unwrap();
    wait_ready(&engine, 1).await;
    engine.apply(&worker(1, run), 0).await.unwrap();
    wait_for(&engine, "nothing", <[_]>::is_empty).await;
    assert_eq!(fs::read_to_string(world.path("ended")).unwrap(), "done\n");
}

#[tokio::test]
async fn grandchildren_go_with_their_service_even_those_that_left_its_session() {
    let world = World::new();
    let engine = world.engine().await;
    let run = "sh -c 'sleep 1001 & echo $! > a; setsid sh -c \"echo \\$\\$ > b; trap : TERM; while :; do sleep 1; done\" & \
               exec sleep 1000'";
    engine.apply(&worker(1, run), 1).await.unwrap();
    wait_ready(&engine, 1).await;
    wait_until("both are up", || pid_in(&world.path("a")).is_some() && pid_in(&world.path("b")).is_some()).await;
    let strays = [pid_in(&world.path("a")).unwrap(), pid_in(&world.path("b")).unwrap()];
    assert!(strays.iter().all(|pid| is_alive(*pid)));
    engine.apply(&worker(1, run), 0).await.unwrap();
    wait_for(&engine, "nothing", <[_]>::is_empty).await;
    assert!(!strays.iter().any(|pid| is_alive(*pid)));
}

#[tokio::test]
async fn a_service_that_goes_to_the_background_is_ended_and_told() {
    let world = World::new();
    let engine = world.engine().await;
    engine.apply(&worker(1, "sh -c 'sleep 1000 & echo $! > daemon; exit 0'"), 1).await.unwrap();
    let over = wait_phase(&engine, towel_engine::Phase::BackOff).await;
    let expected = "ended by itself with 0 (a service has to stay in the foreground)";
    assert!(over.state.reason.starts_with(expected), "{}", over.state.reason);
    engine.shut_down(false).await.unwrap();
    assert!(!is_alive(pid_in(&world.path("daemon")).unwrap()));
}

#[tokio::test]
async fn an_instance_that_leaves_while_it_starts_is_not_drained() {
    let world = World::new();
    let engine = world.engine().await;
    let mut workload = web(1);
    workload.service.run = Some(Template::literal(format!("{} after 100000", mimic())).into());
    engine.apply(&workload, 1).await.unwrap();
    wait_for(&engine, "a process", |all| all.iter().any(|one| one.pid.is_some())).await;
    engine.apply(&workload, 0).await.unwrap();
    wait_for(&engine, "nothing", <[_]>::is_empty).await;
    assert!(world.drained.0.lock().unwrap().is_empty());
}
