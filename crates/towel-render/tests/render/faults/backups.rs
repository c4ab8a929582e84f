//! Faults of backups: dumps that are trusted too early, kept too short, or whose absence nobody notices.

use serde_json::Value;

use super::artefacts::Artefacts;
use super::cluster::Cluster;
use super::fault::{Detector, Fault};
use super::hcl::blocks;
use super::images::Image;
use super::objects::Pod;
use super::query;
use super::rule::Rule;
use super::tree::Tree;
use super::unit;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "dump that is trusted too early",
        numbers: &[43],
        find: trusted,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: a }, spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: a, command: [sh, -euc, 'pg_dump app >/store/app.sql; test -s /store/app.sql'] }] } } } } } }",
            "=== k8s/a.yaml\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: a }, spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: a, command: [sh, -euc, 'find /store -mtime +7 -delete; pg_dump app >part; test -s part; mv part app.sql'] }] } } } } } }",
            "=== k8s/a.yaml\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: a }, spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: a, command: [sh, -euc, 'pg_dump app >part; mv part app.sql'] }] } } } } } }",
            "=== k8s/a.yaml\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: a }, spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: a, command: [sh, -c, 'pg_dump app >part; test -s part; mv part app.sql'] }] } } } } } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: a }, spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: a, command: [sh, -euc, 'pg_dump app >part; test -s part; mv part app.sql; find /store -mtime +7 -delete'] }] } } } } } }",
        ],
    },
    Detector {
        name: "client older than its server",
        numbers: &[44],
        find: old_client,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: a }, spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: a, image: 'postgres:15' }] } } } } } }\n---\n{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, image: 'postgres:16.2' }] } } } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: a }, spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: a, image: 'postgres:16' }] } } } } } }\n---\n{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, image: 'postgres:16' }] } } } }",
        ],
    },
    Detector {
        name: "backup whose age nobody watches",
        numbers: &[45],
        find: unwatched,
        bad: &[
            "=== towel.yaml\ndatastores: { db: { backup: { every: 4h } }, other: { backup: { every: 4h } } }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'time() - backup_success_timestamp_seconds{datastore=\"other\"} > 1e5' }] }]",
        ],
        good: &[
            "=== towel.yaml\ndatastores: { db: { backup: { every: 4h } } }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'time() - backup_success_timestamp_seconds{datastore=\"db\"} > 1e5 or absent(backup_success_timestamp_seconds{datastore=\"db\"})' }] }]",
        ],
    },
    Detector {
        name: "backup beside its original",
        numbers: &[45],
        find: same_volume,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: a }, spec: { jobTemplate: { spec: { template: { spec: { volumes: [{ name: x, persistentVolumeClaim: { claimName: data-db-0 } }], containers: [] } } } } } }\n---\n{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { volumeClaimTemplates: [{ metadata: { name: data } }], template: { spec: { containers: [] } } } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: a }, spec: { jobTemplate: { spec: { template: { spec: { volumes: [{ name: x, persistentVolumeClaim: { claimName: db.store } }], x: 1 } } } } } }\n---\n{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { volumeClaimTemplates: [{ metadata: { name: data } }], template: { spec: { containers: [] } } } }",
        ],
    },
    Detector {
        name: "lifecycle shorter than the retention",
        numbers: &[46],
        find: short_lifecycle,
        bad: &[
            "=== towel.yaml\ndatastores: { db: { backup: { keep: { daily: 7, monthly: 6 } } } }\n=== t/aws/a.tf\nresource \"aws_s3_bucket_lifecycle_configuration\" \"a\" {\n  rule {\n    expiration {\n      days = 30\n    }\n  }\n}\n",
            "=== towel.yaml\ndatastores: { db: { managed: { snapshots: 30d } } }\n=== t/aws/a.tf\nlocals {\n  buckets = { db = { snapshots = 7 } }\n}\n",
        ],
        good: &[
            "=== towel.yaml\ndatastores: { db: { backup: { keep: { daily: 7 } } } }\n=== t/aws/a.tf\nresource \"aws_s3_bucket_lifecycle_configuration\" \"a\" {\n  rule {\n    expiration {\n      days = 30\n    }\n  }\n}\n",
        ],
    },
    Detector {
        name: "pruned before its time",
        numbers: &[46],
        find: pruned_early,
        bad: &[
            "=== towel.yaml\nenvironments: { live: {} }\ndatastores: { db: { backup: { every: 4h, keep: { daily: 7, weekly: 4 } } } }\n=== k8s/live/a.yaml\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: db-backup }, spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: a, command: [sh, -euc, 'ls -1t | tail -n +12 | xargs rm'] }] } } } } } }",
        ],
        good: &[
            "=== towel.yaml\nenvironments: { live: {} }\ndatastores: { db: { backup: { every: 24h, keep: { daily: 7 } } } }\n=== k8s/live/a.yaml\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: db-backup }, spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: a, command: [sh, -euc, 'ls -1t | tail -n +8 | xargs rm'] }] } } } } } }",
        ],
    },
];

const DUMPERS: [&str; 7] =
    ["pg_dump", "pg_dumpall", "mysqldump", "mariadb-dump", "mongodump", "--rdb", "pg_basebackup"];

fn script_of(container: &Value) -> String {
    [container.at("command").texts(), container.at("args").texts()].concat().join("\n")
}

/// The scripts of a pod in the order in which they run: those that prepare, then those side by side as one.
fn script(pod: &Pod<'_>) -> String {
    pod.every_container().map(script_of).collect::<Vec<_>>().join("\n")
}

fn jobs(cluster: &Cluster) -> impl Iterator<Item = Pod<'_>> {
    cluster.of_kind("CronJob").filter_map(|job| job.pod())
}

fn trusted(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for pod in artefacts.clusters.iter().flat_map(jobs) {
        let scripts: Vec<String> = pod.every_container().map(script_of).collect();
        let dumps = |script: &String| DUMPERS.iter().filter_map(|dumper| script.find(dumper)).min();
        let Some((place, dump)) = scripts.iter().enumerate().find_map(|(place, script)| Some((place, dumps(script)?)))
        else {
            continue;
        };
        let dumping = &scripts[place];
        let renamed = dumping.rfind("mv ").filter(|renamed| *renamed > dump);
        let unnamed = &dumping[dump..renamed.unwrap_or(dumping.len())];
        let sized = ["test -s", "[ -s", "stat -c", "wc -c", "du -b"].iter().any(|word| unnamed.contains(word));
        let prunes = |text: &str| ["rm ", "-delete", "aws s3 rm"].iter().any(|word| text.contains(word));
        let before = scripts[..place].concat() + &dumping[..renamed.unwrap_or(dump)];
        let stops = pod.every_container().all(|it| {
            let words = it.at("command").texts();
            words.first().is_none_or(|word| !word.ends_with("sh"))
                || words.iter().any(|word| (word.starts_with('-') && word.contains('e')) || word.contains("set -e"))
        });
        let complaints = [
            (renamed.is_none(), "writes a dump straight to its final name"),
            (!sized, "never looks how big a dump is"),
            (prunes(&before), "removes old dumps before the new one is there"),
            (!stops, "goes on after a failure"),
        ];
        faults.extend(complaints.into_iter().filter(|(wrong, _)| *wrong).map(|(_, what)| pod.of.at(what)));
    }
    faults
}

fn old_client(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        let servers: Vec<Image> = cluster
            .of_kind("StatefulSet")
            .filter_map(|it| it.pod())
            .flat_map(|it| it.containers())
            .map(|it| Image::read(it.at("image").text()))
            .collect();
        for pod in jobs(cluster) {
            // A job belongs to the server whose name it has, where there are several of a kind.
            for client in pod.every_container().map(|it| Image::read(it.at("image").text())) {
                let same: Vec<&Image> = servers.iter().filter(|server| server.base() == client.base()).collect();
                let old = |server: &&Image| {
                    client
                        .version()
                        .iter()
                        .zip(server.version())
                        .find(|(own, other)| **own != *other)
                        .is_some_and(|(own, other)| *own < other)
                };
                if !same.is_empty() && same.iter().all(old) {
                    faults.push(pod.of.at(format!("{client:?} is older than {same:?}")));
                }
            }
        }
    }
    faults
}

/// Whether an alert is about the age of a datastore's backups, and about there being none.
fn watches_age(rule: &Rule, datastore: &str) -> bool {
    let about = |it: &super::promql::Selector| {
        it.name.contains("backup")
            && it.name.contains("timestamp")
            && query::matchers(it, "datastore").any(|it| it.is_match(datastore))
    };
    let about = query::selectors(&rule.expression).into_iter().any(about);
    let functions: Vec<&str> =
        query::all(&rule.expression).into_iter().filter_map(|(_, it)| query::function(it)).collect();
    about && functions.contains(&"time") && functions.contains(&"absent")
}

fn unwatched(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (name, datastore) in artefacts.declared.document().at("datastores").entries() {
        for watch in
            artefacts.monitoring.iter().filter(|watch| datastore.at("backup").is_given() && !watch.rules.is_empty())
        {
            if !watch.alerts().any(|rule| watches_age(rule, name)) {
                faults.push(Fault::new(&watch.folder, format!("nobody notices when {name} is not backed up")));
            }
        }
    }
    faults
}

fn same_volume(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        for pod in jobs(cluster) {
            let claims =
                pod.spec.at("volumes").items().iter().map(|it| it.at("persistentVolumeClaim.claimName").text());
            for claim in claims.filter(|it| !it.is_empty()) {
                let of_server = cluster.of_kind("StatefulSet").any(|set| {
                    let templates =
                        set.tree.at("spec.volumeClaimTemplates").items().iter().map(|it| it.at("metadata.name").text());
                    templates.map(|it| format!("{it}-{}-", set.name())).any(|prefix| claim.starts_with(&prefix))
                });
                faults.extend(of_server.then(|| pod.of.at(format!("{claim} is what it is a copy of"))));
            }
        }
    }
    faults
}

/// Days for which the oldest backup is kept.
fn retention(keep: &Value) -> f64 {
    let days = [("hourly", 1.0 / 24.0), ("daily", 1.0), ("weekly", 7.0), ("monthly", 30.0), ("yearly", 365.0)];
    days.iter().map(|(unit, days)| keep.at(unit).number().unwrap_or(0.0) * days).fold(0.0, f64::max)
}

fn short_lifecycle(artefacts: &Artefacts) -> Vec<Fault> {
    let datastores = artefacts.declared.document().at("datastores");
    let longest = datastores.entries().map(|(_, it)| retention(it.at("backup.keep"))).fold(0.0, f64::max);
    let mut faults = Vec::new();
    for (path, text) in artefacts.files().filter(|(path, _)| path.ends_with(".tf")) {
        let all = blocks(text);
        let of_lifecycle = all
            .iter()
            .filter(|block| block.labels.first().is_some_and(|it| it == "aws_s3_bucket_lifecycle_configuration"));
        for days in of_lifecycle.flat_map(|block| block.inner("expiration")).filter_map(|it| it.attribute("days")) {
            let short = days.parse::<f64>().is_ok_and(|days| days < longest);
            faults
                .extend(short.then(|| {
                    Fault::new(path, format!("objects live {days} days, and backups are kept for {longest}"))
                }));
        }
        for (name, datastore) in datastores.entries() {
            let declared = unit::seconds(datastore.at("managed.snapshots").text()).map(|seconds| seconds / 86_400.0);
            let given = all.iter().flat_map(|block| block.settings(name, "snapshots"));
            let short = given.filter(|given| declared.is_some_and(|declared| *given < declared));
            faults.extend(short.map(|given| Fault::new(path, format!("{name}: {given} days instead of {declared:?}"))));
        }
    }
    faults
}

/// Whoever keeps only the newest has to keep so many that the oldest is as old as it should be.
fn pruned_early(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        for (name, datastore) in artefacts.declared.datastores(&cluster.environment) {
            let wanted = retention(datastore.at("backup.keep"));
            let every = unit::seconds(datastore.at("backup.every").text()).unwrap_or(86_400.0) / 86_400.0;
            for pod in jobs(cluster).filter(|pod| pod.of.name().starts_with(name)) {
                let script = script(&pod);
                let kept = script.split("tail -n +").skip(1).filter_map(|rest| {
                    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                    digits.parse::<f64>().ok().map(|first| first - 1.0)
                });
                let short = kept.filter(|kept| kept * every < wanted);
                faults.extend(short.map(|kept| {
                    pod.of.at(format!("the newest {kept} reach back {} days, not {wanted}", kept * every))
                }));
            }
        }
    }
    faults
}
