//! Commands that are run once.

use std::time::Duration;

use towel_engine::Engine;
use towel_model::Template;

use crate::world::*;

#[tokio::test]
async fn a_command_gets_the_services_environment_and_tells_how_it_ended() {
    let world = World::new();
    let engine = world.engine().await;
    let mut workload = web(1);
    workload.service.env = vec![variable("GREETING", Template::literal("hello"))];
    let command = Template::literal("sh -c 'echo $GREETING ${PORT:-no port}; exit 7'");
    let report = engine.run_once(&workload, &command, PATIENCE).await.unwrap();
    assert_eq!((report.code, report.timed_out), (Some(7), false));
    assert_eq!(report.last_lines, ["hello no port"]);
    let missing = engine.run_once(&workload, &Template::literal("./none"), PATIENCE).await.unwrap_err();
    assert!(missing.to_string().contains("there is no file"), "{missing}");
    assert!(std::fs::read_dir(world.state().join("run/tasks")).unwrap().next().is_none());
}

#[tokio::test]
async fn a_command_is_ended_at_its_time_limit_with_all_it_started() {
    let world = World::new();
    let engine = world.engine().await;
    let command = Template::literal("sh -c 'sleep 1000 & echo $! > child; echo waiting; wait'");
    let report = engine.run_once(&web(1), &command, Duration::from_secs(1)).await.unwrap();
    assert_eq!((report.code, report.timed_out), (None, true));
    assert_eq!(report.last_lines, ["waiting"]);
    assert!(!is_alive(pid_in(&world.path("child")).unwrap()));
}

#[tokio::test]
async fn a_command_that_nobody_waits_for_any_more_is_ended() {
    let world = World::new();
    let engine = world.engine().await;
    let command = Template::literal("sh -c 'echo $$ > task; exec sleep 1000'");
    let workload = web(1);
    let running = engine.run_once(&workload, &command, PATIENCE);
    let started = wait_until("it runs", || pid_in(&world.path("task")).is_some());
    tokio::select! {
        report = running => panic!("{report:?}"),
        () = started => {}
    }
    let pid = pid_in(&world.path("task")).unwrap();
    wait_until("it is gone", || !is_alive(pid)).await;
}

#[tokio::test]
async fn a_command_left_by_a_dead_supervisor_is_ended_before_anything_else() {
    let world = World::new();
    let engine = world.engine().await;
    let command = Template::literal("sh -c 'echo $$ > task; exec sleep 1000'");
    let workload = web(1);
    {
        let mut running = Box::pin(engine.run_once(&workload, &command, PATIENCE));
        tokio::select! {
            report = &mut running => panic!("{report:?}"),
            () = wait_until("it runs", || pid_in(&world.path("task")).is_some()) => {}
        }
        // A supervisor that is killed drops nothing.
        std::mem::forget(running);
    }
    let pid = pid_in(&world.path("task")).unwrap();
    drop(engine);
    assert!(is_alive(pid));
    world.engine().await;
    assert!(!is_alive(pid));
}
