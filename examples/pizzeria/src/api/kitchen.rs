//! The kitchen: moves orders on, and tells everybody who listens.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::time::sleep;

use super::order::{Order, STAGES, STEP};
use super::redis::{Redis, heard};
use super::store::Store;
use crate::server::{Level, log};

const CHANNEL: &str = "pizzeria:progress";
/// A listener that is so many messages behind skips the oldest.
const BEHIND: usize = 256;

/// Tells what becomes of orders; with Redis, also of those that other instances took.
#[derive(Debug)]
pub(super) struct Kitchen {
    store: Arc<Store>,
    told: broadcast::Sender<Arc<str>>,
}

impl Kitchen {
    /// Opens; listens to the other instances when the store is shared.
    pub(super) fn open(store: Arc<Store>) -> Self {
        let told = broadcast::Sender::new(BEHIND);
        if matches!(*store, Store::Redis(_)) {
            tokio::spawn(overhear(Arc::clone(&store), told.clone()));
        }
        Self { store, told }
    }

    /// To hear of every order's every step, as JSON.
    pub(super) fn listen(&self) -> broadcast::Receiver<Arc<str>> {
        self.told.subscribe()
    }

    /// Begins to work on an order.
    pub(super) fn cook(&self, order: Order) {
        let (store, told) = (Arc::clone(&self.store), self.told.clone());
        tokio::spawn(async move {
            for stage in STAGES {
                let progress = serde_json::to_string(&order.at(stage)).expect("orders have string keys only");
                tell(&store, &told, &progress).await;
                sleep(STEP).await;
            }
        });
    }
}

async fn tell(store: &Store, told: &broadcast::Sender<Arc<str>>, progress: &str) {
    match store {
        // Nobody listening is no failure.
        Store::Memory(_) => drop(told.send(progress.into())),
        Store::Redis(redis) => {
            if let Err(error) = redis.run(&["PUBLISH", CHANNEL, progress]).await {
                log(Level::Error, &format!("cannot tell of an order: {error}"));
            }
        }
    }
}

async fn overhear(store: Arc<Store>, told: broadcast::Sender<Arc<str>>) {
    let Store::Redis(redis) = &*store else { return };
    loop {
        if let Err(error) = pass_on(redis, &told).await {
            log(Level::Error, &format!("cannot hear of orders: {error}"));
        }
        sleep(Duration::from_secs(1)).await;
    }
}

async fn pass_on(redis: &Redis, told: &broadcast::Sender<Arc<str>>) -> std::io::Result<()> {
    let mut channel = redis.subscribe(CHANNEL).await?;
    loop {
        let progress = heard(&mut channel).await?;
        drop(told.send(progress.into()));
    }
}
