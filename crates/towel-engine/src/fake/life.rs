//! The life of one fake instance, lived by a task of its own.

use std::sync::Weak;
use std::time::Duration;

use tokio::time::sleep;

use super::Behaviour;
use super::world::World;
use crate::{Exit, Phase};

/// Exits in a row after which an instance counts as in a crash loop.
const LOOP: u32 = 3;

/// Lives the instance until the task is aborted or the engine is gone.
pub(super) async fn live(world: Weak<World>, id: String, behaviour: Behaviour) {
    let life = Life { world, id };
    match behaviour {
        Behaviour::ReadyAfter(ready) => {
            sleep(ready).await;
            life.become_ready();
        }
        Behaviour::NeverReady => life.answer("GET /ready answered 503"),
        Behaviour::ExitsAtOnce => life.crash_again_and_again(None, Duration::from_millis(50)).await,
        Behaviour::Crashes { ready, lives } => life.crash_again_and_again(Some(ready), lives).await,
        Behaviour::Flaps { ready, every } => life.flap(ready, every).await,
        Behaviour::Fails(reason) => life.turn(Phase::Failed, &reason),
    }
}

struct Life {
    world: Weak<World>,
    id: String,
}

impl Life {
    fn turn(&self, phase: Phase, reason: &str) {
        if let Some(world) = self.world.upgrade() {
            world.turn(&self.id, phase, reason);
        }
    }

    fn answer(&self, answer: &str) {
        if let Some(world) = self.world.upgrade() {
            world.change(&self.id, |instance| instance.last_answer = Some(answer.to_owned()));
        }
    }

    fn become_ready(&self) {
        self.answer("GET /ready answered 200");
        self.turn(Phase::Ready, "");
    }

    async fn flap(&self, ready: Duration, every: Duration) {
        sleep(ready).await;
        loop {
            self.become_ready();
            sleep(every).await;
            self.answer("GET /ready answered 503");
            self.turn(Phase::Unready, "its readiness probe fails");
            sleep(every).await;
        }
    }

    async fn crash_again_and_again(&self, ready: Option<Duration>, lives: Duration) {
        let mut exits = 0;
        loop {
            if let Some(ready) = ready {
                sleep(ready).await;
                self.become_ready();
            }
            sleep(lives).await;
            exits += 1;
            self.exit(exits);
            // Each pause is twice as long as the one before, as real engines do it.
            sleep(Duration::from_secs(1 << (exits - 1).min(6))).await;
            self.start_again();
        }
    }

    fn exit(&self, exits: u32) {
        let Some(world) = self.world.upgrade() else { return };
        let exit = Exit {
            code: Some(1),
            signal: None,
            at: world.now(),
            last_lines: vec!["error: no such table: orders".to_owned()],
        };
        world.change(&self.id, |instance| instance.last_exit = Some(exit));
        let phase = if exits >= LOOP { Phase::CrashLoop } else { Phase::BackOff };
        world.turn(&self.id, phase, "its process ended with status 1");
    }

    fn start_again(&self) {
        let Some(world) = self.world.upgrade() else { return };
        let now = world.now();
        world.change(&self.id, |instance| {
            instance.restarts += 1;
            instance.started = Some(now);
        });
        world.turn(&self.id, Phase::Starting, "");
    }
}
