//! For tests: stops a driver dead at a chosen point, as `kill -9` would.

use std::sync::Mutex;

use super::run::Point;

/// Stops a driver dead at a chosen point.
#[derive(Default)]
pub(crate) struct Trap {
    armed: Mutex<Armed>,
}

#[derive(Default)]
struct Armed {
    passed: Vec<Point>,
    at: Option<usize>,
    sprung: bool,
}

impl Trap {
    /// The driver dies when it passes its point of this number, counted from 0.
    pub(crate) fn arm(&self, at: usize) {
        self.armed.lock().unwrap().at = Some(at);
    }

    /// Whether it has died.
    pub(crate) fn is_sprung(&self) -> bool {
        self.armed.lock().unwrap().sprung
    }

    /// Every point that was passed.
    pub(crate) fn passed(&self) -> Vec<Point> {
        self.armed.lock().unwrap().passed.clone()
    }

    pub(super) async fn pass(&self, point: Point) {
        let springs = {
            let mut armed = self.armed.lock().unwrap();
            let springs = armed.at == Some(armed.passed.len());
            armed.passed.push(point);
            armed.sprung |= springs;
            springs
        };
        if springs {
            std::future::pending::<()>().await;
        }
    }
}
