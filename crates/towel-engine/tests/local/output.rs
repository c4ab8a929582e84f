//! What services write: kept, bounded, followed, and never in their way.

use std::fs;

use tokio::time::timeout;
use towel_engine::{Engine, Instance};

use crate::world::*;

#[tokio::test]
async fn a_flood_of_output_is_rotated_and_its_end_is_kept() {
    let world = World::new();
    let engine = world.engine().await;
    // About 45 MB with its timestamps, and no pause for the pipe to empty.
    engine.apply(&worker(1, &format!("{} flood 330000", mimic())), 1).await.unwrap();
    let mut tail = Vec::new();
    wait_until("all is written", || {
        fs::read_to_string(world.state().join("logs/api/api-r1-1.log")).is_ok_and(|text| {
            text.ends_with('\n') && text.lines().last().is_some_and(|line| line.contains("line 329999 "))
        })
    })
    .await;
    tail.extend(engine.logs().tail("api", None, 3).unwrap());
    assert!(tail.iter().map(|line| line.text.split(' ').nth(1).unwrap()).eq(["329997", "329998", "329999"]));
    let sizes: Vec<u64> = fs::read_dir(world.state().join("logs/api"))
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap().len())
        .collect();
    assert_eq!(sizes.len(), 3);
    assert!(sizes.iter().all(|size| *size <= 10 << 20), "{sizes:?}");
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn output_is_followed_while_it_is_written() {
    let world = World::new();
    let engine = world.engine().await;
    let mut follower = engine.logs().follow("api", None).unwrap();
    let run = "sh -c 'i=0; while :; do echo tick $i; i=$((i+1)); sleep 0.05; done'";
    engine.apply(&worker(1, run), 1).await.unwrap();
    let mut seen = Vec::new();
    while seen.len() < 10 {
        let lines = timeout(PATIENCE, follower.next()).await.unwrap().unwrap();
        assert!(lines.iter().all(|line| line.instance == "api-r1-1"));
        seen.extend(lines.into_iter().map(|line| line.text));
    }
    assert!(seen.iter().enumerate().all(|(number, line)| *line == format!("tick {number}")), "{seen:?}");
    engine.shut_down(false).await.unwrap();
}

#[tokio::test]
async fn a_last_line_without_an_end_is_kept() {
    let world = World::new();
    let engine = world.engine().await;
    engine.apply(&worker(1, "sh -c 'printf \"a\\nno newline\"; exit 1'"), 1).await.unwrap();
    let ended = |all: &[Instance]| all.iter().any(|one| one.last_exit.is_some());
    let ended = wait_for(&engine, "an end", ended).await;
    assert_eq!(ended[0].last_exit.as_ref().unwrap().last_lines, ["a", "no newline"]);
    engine.shut_down(false).await.unwrap();
}
