//! Limits of memory and CPU, where this machine has control groups; and honesty where not.

use towel_engine::{Engine, Phase};
use towel_model::{Cpu, Range, Size};

use crate::world::*;

fn limited(run: &str) -> towel_engine::Workload {
    let mut workload = worker(1, run);
    workload.service.resources.memory = Some(Range { min: Size(32 << 20), max: Size(32 << 20) }.into());
    workload.service.resources.cpu = Some(Range { min: Cpu(100), max: Cpu(500) }.into());
    workload
}

#[tokio::test]
async fn limits_are_in_force_or_it_is_said_that_they_are_not() {
    let world = World::new();
    let engine = world.engine().await;
    engine.apply(&limited("sleep 1000"), 2).await.unwrap();
    let instances = wait_ready(&engine, 2).await;
    let groups = std::fs::read_to_string(format!("/proc/{}/cgroup", instances[0].pid.unwrap())).unwrap();
    let notices = engine.notices();
    let told = notices.iter().filter(|text| text.starts_with("limits of memory and cpu are not enforced")).count();
    assert_eq!(usize::from(groups.contains("towel-")) + told, 1, "{groups}\n{notices:?}");
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
#[ignore = "needs control groups that it may write to (root)"]
async fn needs_cgroups_a_service_beyond_its_memory_is_killed_and_told_so() {
    let world = World::new();
    let engine = world.engine().await;
    engine.apply(&limited(&format!("{} eat 300000000", mimic())), 1).await.unwrap();
    let over = wait_phase(&engine, Phase::BackOff).await;
    let expected = "used more memory than its limit and was killed by the kernel";
    assert!(over.state.reason.starts_with(expected), "{}\n{:?}", over.state.reason, engine.notices());
    engine.shut_down(false).await.unwrap();
    let found =
        std::process::Command::new("find").args(["/sys/fs/cgroup", "-name", "towel-*-api-r1-1"]).output().unwrap();
    let own = String::from_utf8(found.stdout).unwrap();
    let mark = world.state();
    assert!(!own.lines().any(|line| line.contains(mark.to_str().unwrap())), "{own}");
}
