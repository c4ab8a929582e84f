//! The gateway's counters as evidence for a rollout.

use std::collections::BTreeMap;

use towel_engine::ReleaseId;
use towel_gateway::Stats;
use towel_rollout::{Evidence, Sample};

use super::routing::release_of;

/// What the gateway counted for one service: one sample for each release and epoch, as the judge
/// takes the growth of each from one look to the next.
pub(crate) fn evidence(stats: &Stats, service: &str) -> Evidence {
    let mut samples: BTreeMap<(ReleaseId, u64), Sample> = BTreeMap::new();
    for epoch in stats.backends.get(service).into_iter().flat_map(|backend| &backend.epochs) {
        for version in &epoch.versions {
            let Some(release) = release_of(&version.label) else { continue };
            let sample = samples.entry((release, epoch.epoch)).or_insert_with(|| Sample {
                release,
                epoch: epoch.epoch,
                requests: 0,
                bad: 0,
                latency: Vec::new(),
            });
            sample.requests += version.requests;
            sample.bad += version.bad;
            add(&mut sample.latency, &version.latency);
        }
    }
    Evidence { boot: stats.boot, samples: samples.into_values().collect() }
}

/// Adds the counts of buckets with the same bound; bounds stay in rising order.
fn add(to: &mut Vec<(f64, u64)>, counted: &[(f64, u64)]) {
    for (bound, count) in counted {
        match to.binary_search_by(|(other, _)| other.total_cmp(bound)) {
            Ok(place) => to[place].1 += count,
            Err(place) => to.insert(place, (*bound, *count)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use towel_gateway::{BackendStats, EpochStats, VersionStats};

    fn version(label: &str, requests: u64, latency: &[(f64, u64)]) -> VersionStats {
        VersionStats { label: label.to_owned(), requests, bad: requests / 10, latency: latency.to_vec() }
    }

    #[test]
    fn two_labels_of_one_release_are_one_sample() {
        let versions = vec![
            version("x-r1", 10, &[(0.1, 4), (0.3, 1)]),
            version("v1-r1", 30, &[(0.1, 2), (0.2, 5)]),
            version("v2-r2", 7, &[]),
        ];
        let backend = BackendStats { epochs: vec![EpochStats { epoch: 4, versions }], ..BackendStats::default() };
        let stats = Stats { boot: 9, backends: [("api".to_owned(), backend)].into(), ..Stats::default() };
        let evidence = evidence(&stats, "api");
        assert_eq!(evidence.boot, 9);
        assert_eq!(evidence.samples.len(), 2, "the judge would take the second for a counter that began anew");
        let first = &evidence.samples[0];
        assert_eq!((first.release, first.epoch, first.requests, first.bad), (ReleaseId(1), 4, 40, 4));
        assert_eq!(first.latency, [(0.1, 6), (0.2, 5), (0.3, 1)]);
    }
}
