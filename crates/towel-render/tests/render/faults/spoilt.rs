//! Detectors see what towel itself renders: each fault, put into the files of a sound product, is found.

use std::collections::BTreeMap;

use towel_render::{Target, render};

use super::artefacts::Artefacts;
use super::detectors::detectors;
use crate::sample::{SAMPLE, product};

/// A detector, the files that it is tried on, a piece of them, and what that is changed to, everywhere.
type Spoiling = (&'static str, &'static str, &'static str, &'static str);

const PROMETHEUS: &str = "deploy/monitoring/production/";
const CLUSTER: &str = "deploy/kubernetes/";
const COMPOSE: &str = "compose.yaml services/";

const SPOILINGS: &[Spoiling] = &[
    (
        "quantile of raw buckets",
        PROMETHEUS,
        "(rate(http_request_duration_seconds_bucket{job=\\\"api\\\"}[$__rate_interval]))",
        "(http_request_duration_seconds_bucket{job=\\\"api\\\"})",
    ),
    ("le aggregated away", PROMETHEUS, "by (job, le)", "by (job)"),
    (
        "per cent of an absolute rate",
        PROMETHEUS,
        "\n          / sum by (job) (rate(http_request_duration_seconds_count{job=\"api\"}[5m])) > 0.05",
        " > 0.05",
    ),
    ("words that differ from the expression", PROMETHEUS, "for: 2m", "for: 7m"),
    ("share compared with more than one", PROMETHEUS, "> 0.05", "> 5"),
    ("seconds compared with milliseconds", PROMETHEUS, "> 0.1\n", "> 100\n"),
    ("le that is no bucket", PROMETHEUS, "le=\"0.2\"", "le=\"0.3\""),
    ("range of fewer than four scrapes", PROMETHEUS, "scrape_interval: 15s", "scrape_interval: 2m"),
    ("for outlasts its subject", PROMETHEUS, "for: 10m", "for: 20h"),
    ("job that nobody scrapes", PROMETHEUS, "job_name: platform/node", "job_name: nodes"),
    ("recorded more often than scraped", PROMETHEUS, "interval: 1m", "interval: 2h"),
    ("absent of something grouped", PROMETHEUS, "absent(sum(", "absent(sum by (job) ("),
    ("availability without absence", PROMETHEUS, "up{job=~\"platform/", "down{job=~\"platform/"),
    ("rule file that nobody reads", PROMETHEUS, "rules/*.yaml", "rules/*.yml"),
    ("severity that no route matches", PROMETHEUS, "severity=\"warning\"", "severity=\"warn\""),
    ("route in another's shadow", PROMETHEUS, "alertname=\"Watchdog\"", "severity=\"critical\""),
    ("inhibition by nothing", PROMETHEUS, "alertname=\"NodeDiskNearlyFull\"", "alertname=\"DiskNearlyFull\""),
    ("inhibition by labels that are aggregated away", PROMETHEUS, "max by (instance, mountpoint)", "max by (instance)"),
    ("dead-man's switch that no machine holds", PROMETHEUS, "receiver: watchdog", "receiver: critical"),
    (
        "receiver without integration",
        PROMETHEUS,
        "- name: watchdog\n    webhook_configs:",
        "- name: watchdog\n    others:",
    ),
    (
        "runbook that is not there",
        "deploy/monitoring/production/ docs/platform/",
        "runbooks/ApiDown.md\n",
        "runbooks/ApiIsDown.md\n",
    ),
    ("alerts without an Alertmanager", PROMETHEUS, "alertmanagers:", "managers:"),
    (
        "series that nobody records",
        PROMETHEUS,
        "record: job:request_errors:ratio_rate5m",
        "record: job:errors:ratio_rate5m",
    ),
    ("scaled on a share of nothing", CLUSTER, "cpu: ", "gpu: "),
    ("all unavailable at once", CLUSTER, "maxUnavailable: 0", "maxUnavailable: 100%"),
    ("disruption budget against the autoscaler", CLUSTER, "  maxUnavailable: 1\n", "  maxUnavailable: 0\n"),
    (
        "egress without name resolution",
        CLUSTER,
        "protocol: UDP\n          port: 53",
        "protocol: UDP\n          port: 54",
    ),
    (
        "policy against its own monitoring",
        CLUSTER,
        "kubernetes.io/metadata.name: monitoring",
        "kubernetes.io/metadata.name: other",
    ),
    ("killed before it has drained", CLUSTER, "terminationGracePeriodSeconds: ", "terminationGracePeriodSeconds: 1 # "),
    ("pools beyond max_connections", CLUSTER, "--max-connections=300", "--max-connections=60"),
    ("liveness of dependencies", CLUSTER, "/health/live", "/health/ready"),
    ("killed while it starts", CLUSTER, "startupProbe:", "startProbe:"),
    ("job that overtakes itself", CLUSTER, "concurrencyPolicy: Forbid", "concurrencyPolicy: Allow"),
    ("database without a volume", CLUSTER, "mountPath: /var/lib/postgresql/data", "mountPath: /var/lib/pgsql"),
    ("dump that is trusted too early", CLUSTER, "test -s part", "true"),
    (
        "client older than its server",
        CLUSTER,
        "- name: dump\n              image: postgres:16",
        "- name: dump\n              image: postgres:15",
    ),
    ("port that the pods do not open", CLUSTER, "containerPort: 3001", "containerPort: 3002"),
    ("front door to nowhere", CLUSTER, "number: 3001", "number: 3002"),
    ("shell that swallows the signal", CLUSTER, "exec docker-entrypoint.sh", "docker-entrypoint.sh"),
    ("object that is not there", CLUSTER, "serviceAccountName: api", "serviceAccountName: apis"),
    ("waiting for health that nobody checks", COMPOSE, "healthcheck:", "check:"),
    ("container killed before it has drained", COMPOSE, "stop_grace_period: ", "stop_grace_period: 1s # "),
    ("logs without a limit", COMPOSE, "max-size", "max-files"),
    ("database without a volume", COMPOSE, "/data/db", "/data/mongodb"),
    ("port that the image does not expose", COMPOSE, "EXPOSE 3001", "EXPOSE 3002"),
    ("health checked with a tool that is not there", COMPOSE, "CMD [\"node\"", "CMD [\"curl\""),
    ("image whose tag moves", COMPOSE, "mongo:7.0", "mongo"),
    ("variable that the contract lacks", "compose.yaml .env.example", "DATABASE_PASSWORD=", "DATABASE_PASS="),
    ("deploys beside each other", ".github/", "concurrency:", "concurrent:"),
    ("job without an end", ".github/", "timeout-minutes", "timeout"),
    ("data that a slip destroys", "deploy/terraform/", "prevent_destroy = true", "prevent_destroy = false"),
    ("lifecycle shorter than the retention", "deploy/terraform/", "snapshots    = 30", "snapshots    = 3"),
];

#[test]
fn every_fault_is_seen_in_what_towel_renders() {
    let files: BTreeMap<String, String> =
        render(&product(SAMPLE), Target::ALL).files.into_iter().map(|it| (it.path, it.contents)).collect();
    let mut unseen = Vec::new();
    for (name, folders, from, to) in SPOILINGS {
        let own = |path: &str| folders.split(' ').any(|folder| path.starts_with(folder));
        let tried: BTreeMap<String, String> =
            files.iter().filter(|(path, _)| own(path)).map(|(path, text)| (path.clone(), text.clone())).collect();
        let with_declared = |files: BTreeMap<String, String>| {
            let declared = std::iter::once(("towel.yaml".to_owned(), SAMPLE.to_owned()));
            Artefacts::new(files.into_iter().chain(declared).collect())
        };
        let spoilt =
            tried.iter().map(|(path, text)| (path.clone(), text.replace(from, to))).collect::<BTreeMap<_, _>>();
        let detector =
            detectors().find(|it| it.name == *name).unwrap_or_else(|| panic!("there is no detector `{name}`"));
        if spoilt == tried {
            unseen.push(format!("{name}: nothing in {folders} has `{from}`"));
            continue;
        }
        let before = (detector.find)(&with_declared(tried)).len();
        let after = (detector.find)(&with_declared(spoilt)).len();
        if after <= before {
            unseen.push(format!("{name}: `{to}` for `{from}` is not seen"));
        }
    }
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}
