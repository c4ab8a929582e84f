//! Waiting for what another process or task does.

use std::future::Future;
use std::time::Duration;

/// Waits for a condition with a limit that only a hang exceeds.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
    let reached = tokio::time::timeout(Duration::from_secs(60), async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    assert!(reached.await.is_ok(), "waited for a minute until {what}");
}
