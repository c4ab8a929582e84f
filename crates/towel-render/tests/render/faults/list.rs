//! The faults of products whose pieces disagree, by their numbers.

use std::collections::BTreeSet;

use super::detectors::detectors;

/// Every number is held by a detector. None of the 48 is explained away: all of them can be looked for in rendered files.
const FAULTS: [(u8, &str); 55] = [
    (1, "`histogram_quantile` over a raw `_bucket`"),
    (2, "an aggregation drops `le`"),
    (3, "an alert says per cent and compares an absolute rate"),
    (4, "numbers or `for` in the annotation differ from the expression"),
    (5, "a ratio compared with more than 1, or times 100 with less than 1"),
    (6, "seconds compared with milliseconds"),
    (7, "a threshold above the top bucket"),
    (8, "an SLO's `le` that is no bucket"),
    (9, "a range of less than four scrape intervals"),
    (10, "`for` longer than the thing lives"),
    (11, "a `job` that no scrape config has"),
    (12, "a recording range shorter than the interval"),
    (13, "`absent` after `by`"),
    (14, "an availability alert without `up` or `absent`"),
    (15, "rules in Alertmanager's file, or routes in Prometheus'"),
    (16, "a rule file that no glob matches"),
    (17, "a severity that no route matches"),
    (18, "a shadowed route"),
    (19, "an inhibition whose source does not exist"),
    (20, "an inhibition's `equal` labels aggregated away"),
    (21, "the Watchdog sent to people, or no dead-man's switch"),
    (22, "a receiver without integration"),
    (23, "a `runbook_url` to a missing file"),
    (24, "rules but no Alertmanager"),
    (25, "utilisation while a container has no request"),
    (26, "an egress policy without UDP and TCP 53"),
    (27, "a policy that blocks scrape or probe"),
    (28, "a grace period below preStop and drain"),
    (29, "pool × (max + surge) above `max_connections`"),
    (30, "a ReadWriteOnce volume with RollingUpdate"),
    (31, "liveness asks an endpoint that checks dependencies"),
    (32, "a startup budget below the migration's time"),
    (33, "a CronJob without concurrencyPolicy"),
    (34, "a ConfigMap by subPath with a reloader"),
    (35, "a heap flag at or above the memory limit"),
    (36, "maxUnavailable of all at few replicas"),
    (37, "HEALTHCHECK with a tool that the final image lacks"),
    (38, "`service_healthy` on a service without a check"),
    (39, "stop_grace_period below drain; a shell that swallows SIGTERM"),
    (40, "json-file logs without max-size"),
    (41, "a database without a volume, or at the wrong path"),
    (42, "ports that differ between EXPOSE, probe, Service and scrape"),
    (43, "a dump straight to its final name, pruning before success, no size check"),
    (44, "a client older than the server"),
    (45, "a backup without freshness alert, or on the same volume"),
    (46, "a bucket's lifecycle below the retention"),
    (47, "a deploy workflow without concurrency or timeout, or of a tag it did not build"),
    (48, "a stateful resource without prevent_destroy"),
    // Known elsewhere.
    (49, "a disruption budget of all replicas"),
    (50, "a disruption budget against the autoscaler"),
    (51, "liveness that is readiness"),
    (52, "`latest`"),
    (53, "a pipe without pipefail in a Dockerfile"),
    (54, "an autoscaler beside static replicas"),
    (55, "a counter without rate"),
];

#[test]
fn every_fault_has_a_detector() {
    let held: BTreeSet<u8> = detectors().flat_map(|detector| detector.numbers).copied().collect();
    let missing: Vec<&str> =
        FAULTS.iter().filter(|(number, _)| !held.contains(number)).map(|(_, what)| *what).collect();
    assert!(missing.is_empty(), "nobody looks for {missing:?}");
    assert_eq!(held.len(), FAULTS.len(), "a detector has a number that stands for nothing");
}
