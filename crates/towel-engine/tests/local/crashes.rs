//! Processes that end when they should not.

use towel_engine::{Engine, Instance, Phase};

use crate::world::*;

#[tokio::test]
async fn a_killed_instance_is_started_again_under_its_name() {
    let world = World::new();
    let engine = world.engine().await;
    engine.apply(&web(1), 1).await.unwrap();
    let before = wait_ready(&engine, 1).await;
    kill_process(before[0].pid.unwrap());
    let again = |all: &[Instance]| all.len() == 1 && all[0].is_ready() && all[0].restarts == 1;
    let after = wait_for(&engine, "a restarted instance", again).await;
    assert_eq!(after[0].id, before[0].id);
    assert_ne!(after[0].pid, before[0].pid);
    let exit = after[0].last_exit.clone().unwrap();
    assert_eq!((exit.code, exit.signal), (None, Some(9)));
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn a_service_that_exits_at_once_is_a_crash_loop_with_its_last_lines() {
    let world = World::new();
    let engine = world.engine().await;
    engine.apply(&workload(1, "sh -c 'echo out; echo no database >&2; exit 3'"), 1).await.unwrap();
    let first = wait_phase(&engine, Phase::BackOff).await;
    assert!(first.state.reason.starts_with("ended with 3; started again in "), "{}", first.state.reason);
    let looping = wait_phase(&engine, Phase::CrashLoop).await;
    let reason = &looping.state.reason;
    assert!(reason.starts_with("ended with 3; that was end 5 in a row; started again in "), "{reason}");
    let exit = looping.last_exit.unwrap();
    assert_eq!(exit.code, Some(3));
    assert_eq!(exit.last_lines, ["out", "no database"]);
    assert_eq!(engine.last_lines("api-r1-1", 1).await.unwrap(), ["no database"]);
    // Told to leave while it pauses, it leaves at once.
    engine.apply(&workload(1, "false"), 0).await.unwrap();
    wait_for(&engine, "nothing", <[_]>::is_empty).await;
}

#[tokio::test]
async fn a_killed_shim_takes_its_whole_service_along_and_both_are_replaced() {
    let world = World::new();
    let engine = world.engine().await;
    let child = world.path("child");
    let run = format!("sh -c 'sleep 1000 & echo $! > {}; exec {} serve'", child.display(), mimic());
    let mut workload = web(1);
    workload.service.run = Some(towel_model::Template::literal(run).into());
    engine.apply(&workload, 1).await.unwrap();
    let before = wait_ready(&engine, 1).await;
    let (service, child) = (before[0].pid.unwrap(), pid_in(&child).unwrap());
    assert!(is_alive(child));
    kill_process(world.shim_pid(&before[0].id));
    wait_until("the service is gone", || !is_alive(service)).await;
    wait_until("its child is gone", || !is_alive(child)).await;
    let again = |all: &[Instance]| all.len() == 1 && all[0].is_ready() && all[0].restarts == 1;
    let after = wait_for(&engine, "a restarted instance", again).await;
    assert_ne!(after[0].pid, before[0].pid);
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn a_deleted_instance_folder_does_not_lose_the_instance() {
    let world = World::new();
    let engine = world.engine().await;
    engine.apply(&web(1), 1).await.unwrap();
    let before = wait_ready(&engine, 1).await;
    std::fs::remove_dir_all(world.state().join("run/instances/api-r1-1")).unwrap();
    kill_process(before[0].pid.unwrap());
    let again = |all: &[Instance]| all.len() == 1 && all[0].is_ready() && all[0].restarts == 1;
    wait_for(&engine, "a restarted instance", again).await;
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn a_service_whose_port_is_taken_gets_another_one() {
    let world = World::new();
    let engine = world.engine().await;
    // Whoever comes first in a folder takes the port away from the service.
    let run =
        format!("sh -c 'test -e taken || {{ echo $PORT > taken; echo EADDRINUSE; exit 1; }}; exec {} serve'", mimic());
    let mut workload = web(1);
    workload.service.run = Some(towel_model::Template::literal(run).into());
    engine.apply(&workload, 1).await.unwrap();
    let ready = wait_ready(&engine, 1).await;
    assert_ne!(pid_in(&world.path("taken")), Some(u32::from(ready[0].address.unwrap().port())));
    engine.shut_down(false).await.unwrap();
}
