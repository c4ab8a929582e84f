//! The gateway's counters as evidence for a rollout.

use towel_gateway::Stats;
use towel_rollout::{Evidence, Sample};

use super::routing::release_of;

/// What the gateway counted for one service.
pub(crate) fn evidence(stats: &Stats, service: &str) -> Evidence {
    let mut samples = Vec::new();
    for epoch in stats.backends.get(service).into_iter().flat_map(|backend| &backend.epochs) {
        for version in &epoch.versions {
            let Some(release) = release_of(&version.label) else { continue };
            samples.push(Sample {
                release,
                epoch: epoch.epoch,
                requests: version.requests,
                bad: version.bad,
                latency: version.latency.clone(),
            });
        }
    }
    Evidence { boot: stats.boot, samples }
}
