//! The supervisor dies and another one takes over.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use towel_engine::{Engine, Instance, Workload};

use crate::world::*;

/// A supervisor in a process of its own, which is killed when it is dropped.
struct Supervisor(Child);

impl Supervisor {
    fn start(world: &World, workloads: &[(Workload, u32)]) -> Self {
        let wish = world.path("wish.json");
        fs::write(&wish, serde_json::to_vec(workloads).unwrap()).unwrap();
        let child = Command::new(mimic())
            .arg("supervise")
            .args([world.path("."), world.state(), shim()[0].clone().into(), wish])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

fn pids(instances: &[Instance]) -> Vec<(String, Option<u32>)> {
    instances.iter().map(|one| (one.id.clone(), one.pid)).collect()
}

async fn wait_for_records(world: &World, count: usize) {
    let ready = || {
        let Ok(entries) = fs::read_dir(world.state().join("run/instances")) else { return 0 };
        let record = |folder: fs::DirEntry| fs::read_to_string(folder.path().join("instance.json")).unwrap_or_default();
        entries.flatten().map(record).filter(|record| record.contains("\"ready\":true")).count()
    };
    wait_until("the killed supervisor's instances are ready", || ready() == count).await;
}

#[tokio::test]
async fn a_killed_supervisors_instances_are_taken_over_untouched() {
    let world = World::new();
    let supervisor = Supervisor::start(&world, &[(web(1), 3)]);
    wait_for_records(&world, 3).await;
    supervisor.kill();
    let engine = towel_engine::local::LocalEngine::new(world.settings()).unwrap();
    let adopted = engine.adopt().await.unwrap();
    // Ready from the first moment: the gateway must not lose its targets.
    assert!(adopted.len() == 3 && adopted.iter().all(Instance::is_ready), "{adopted:?}");
    engine.apply(&web(1), 3).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let kept = wait_ready(&engine, 3).await;
    assert_eq!(pids(&kept), pids(&adopted));
    assert!(kept.iter().all(|one| one.restarts == 0));
    // They are still watched over: a killed one comes back, and a surplus one leaves.
    kill_process(kept[0].pid.unwrap());
    let again = |all: &[Instance]| all.len() == 3 && all.iter().all(Instance::is_ready) && all[0].restarts == 1;
    wait_for(&engine, "a restarted instance", again).await;
    engine.apply(&web(1), 1).await.unwrap();
    wait_ready(&engine, 1).await;
    engine.shut_down(false).await.unwrap();
    assert!(!kept.iter().any(|one| is_alive(one.pid.unwrap())));
}

#[tokio::test]
async fn a_supervisor_killed_at_any_moment_of_starting_leaves_no_instance_doubled() {
    let world = World::new();
    for round in 0..12_u64 {
        let supervisor = Supervisor::start(&world, &[(web(1), 4)]);
        // From before the first instance is recorded until after all are ready.
        tokio::time::sleep(Duration::from_millis(10 + round * 25)).await;
        supervisor.kill();
    }
    let engine = world.engine().await;
    engine.apply(&web(1), 4).await.unwrap();
    let four = wait_ready(&engine, 4).await;
    let found = Command::new("pgrep").args(["-f", &world.path(".").join("x").display().to_string()]).output();
    drop(found);
    let mimics = living_services(&world);
    let mut expected: Vec<u32> = four.iter().map(|one| one.pid.unwrap()).collect();
    expected.sort_unstable();
    assert_eq!(mimics, expected, "every process that serves belongs to an instance");
    engine.shut_down(false).await.unwrap();
    assert!(living_services(&world).is_empty());
}

/// Processes whose working folder is the project's and whose environment names an instance.
fn living_services(world: &World) -> Vec<u32> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let here =
            fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == world.path("").canonicalize().unwrap());
        let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
        let named = environment.split(|byte| *byte == 0).any(|variable| variable.starts_with(b"TOWEL_INSTANCE="));
        if here && named && is_alive(pid) {
            found.push(pid);
        }
    }
    found.sort_unstable();
    found
}

#[tokio::test]
async fn an_engine_that_is_dropped_ends_nothing() {
    let world = World::new();
    let engine = world.engine().await;
    engine.apply(&web(1), 2).await.unwrap();
    let before = wait_ready(&engine, 2).await;
    drop(engine);
    let engine = world.engine().await;
    assert_eq!(pids(&wait_ready(&engine, 2).await), pids(&before));
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn a_pid_that_was_used_again_is_not_taken_for_the_instance() {
    let world = World::new();
    let engine = world.engine().await;
    engine.apply(&web(1), 1).await.unwrap();
    wait_ready(&engine, 1).await;
    drop(engine);
    let status = world.state().join("run/instances/api-r1-1/status.json");
    kill_process(world.shim_pid("api-r1-1"));
    wait_until("the shim is gone", || !is_alive(world.shim_pid("api-r1-1"))).await;
    // A stranger now has the shim's pid, and another stranger the service's.
    let mut stranger = Command::new("sleep").arg("1000").spawn().unwrap();
    let mut told = world.status("api-r1-1");
    told["shim"]["pid"] = stranger.id().into();
    told["service"]["pid"] = stranger.id().into();
    fs::write(&status, serde_json::to_vec(&told).unwrap()).unwrap();
    let engine = world.engine().await;
    let ready = wait_ready(&engine, 1).await;
    assert_ne!(ready[0].pid, Some(stranger.id()));
    engine.shut_down(false).await.unwrap();
    assert_eq!(stranger.try_wait().unwrap(), None, "a stranger was ended");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

#[tokio::test]
async fn instances_survive_a_state_that_cannot_be_understood() {
    let world = World::new();
    let engine = world.engine().await;
    engine.apply(&web(1), 2).await.unwrap();
    let before = wait_ready(&engine, 2).await;
    drop(engine);
    fs::write(world.state().join("engine.json"), "{\"groups\":[{").unwrap();
    let engine = world.engine().await;
    assert_eq!(pids(&wait_ready(&engine, 2).await), pids(&before));
    assert!(engine.notices()[0].contains("could not be understood"), "{:?}", engine.notices());
    engine.apply(&web(1), 3).await.unwrap();
    assert_eq!(wait_ready(&engine, 3).await[2].id, "api-r1-3");
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn an_instance_that_was_leaving_goes_on_leaving() {
    let world = World::new();
    let engine = world.engine().await;
    let mut slow = worker(1, "sh -c 'trap \"\" TERM; while :; do sleep 1; done'");
    slow.service.stop = Duration::from_secs(8).into();
    engine.apply(&slow, 2).await.unwrap();
    wait_ready(&engine, 2).await;
    engine.apply(&slow, 1).await.unwrap();
    wait_phase(&engine, towel_engine::Phase::Draining).await;
    drop(engine);
    let engine = world.engine().await;
    let left = wait_ready(&engine, 1).await;
    assert_eq!(left[0].id, "api-r1-1");
    slow.service.stop = Duration::from_secs(1).into();
    engine.shut_down(false).await.unwrap();
}
