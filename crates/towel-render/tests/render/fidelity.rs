//! What targets say they do with each key is what they do: a changed key changes a target's files exactly when the
//! target says that it keeps or approximates it.

use std::collections::BTreeMap;
use std::ops::Range;

use towel_render::{File, Key, Product, Target, Treatment, facts, render};

use crate::sample::{SAMPLE, product};

/// For each key, a piece of the sample that stands there once, and what it is changed to.
const CHANGES: &[(Key, &str, &str)] = &[
    (Key::Description, "Sells towels", "Sells bathrobes"),
    (Key::Owner, "\nowner: payments\n", "\nowner: others\n"),
    (Key::Repository, "example/shop\n", "example/bathrobes\n"),
    (Key::Timezone, "Europe/Paris", "Europe/Athens"),
    (Key::Team, "payments@shop.example", "money@shop.example"),
    (Key::Budget, "900 USD", "800 USD"),
    (Key::Mail, "smtp.shop.example:587", "mail.shop.example:465"),
    (Key::Context, "context: production", "context: elsewhere"),
    (Key::Namespace, "namespace: shop-production", "namespace: shop-live"),
    (Key::Domain, "domain: shop.example", "domain: towels.example"),
    (Key::After, "    after: staging\n", ""),
    (Key::Approval, "    approval: required\n", ""),
    (Key::Listen, "127.0.0.1:8443", "127.0.0.1:9443"),
    (Key::Tls, "certs/dev.pem", "certs/other.pem"),
    (Key::Ingress, "class: haproxy", "class: traefik"),
    (Key::Client, "source: mobile", "source: phone"),
    (Key::ServiceOwner, "    owner: payments\n    stack", "    owner: others\n    stack"),
    (Key::ServiceDescription, "Orders and payments", "Orders alone"),
    (Key::Stack, "stack: nestjs\n    source: services/api", "stack: node\n    source: services/api"),
    (Key::Source, "services/api", "services/orders"),
    (Key::Image, "shop-api:", "orders:"),
    (Key::Run, "node dist/main.js", "node dist/other.js"),
    (Key::Port, "port: 3001", "port: 3011"),
    (Key::Live, "/health/live", "/health/alive"),
    (Key::Ready, "{ get: /health/ready, every: 2s", "{ get: /health/all, every: 2s"),
    (Key::Start, "start: 40s", "start: 50s"),
    (Key::Metrics, "path: /metrics", "path: /prometheus"),
    (Key::Needs, "needs: [database, cache, assets]", "needs: [cache, database, assets, worker]"),
    (Key::Pool, "pool: { database: 10 }", "pool: { database: 11 }"),
    (Key::Variables, "NODE_ENV: production", "NODE_ENV: staging"),
    (Key::Cpu, "200m..500m", "300m..600m"),
    (Key::Memory, "256Mi..512Mi", "300Mi..600Mi"),
    (Key::Replicas, "replicas: 2..6", "replicas: 3..7"),
    (Key::ScaleOn, "cpu: 70%", "cpu: 60%"),
    (Key::Drain, "drain: 20s", "drain: 22s"),
    (Key::Stop, "stop: 31s", "stop: 41s"),
    (Key::Host, "host: \"api.", "host: \"orders."),
    (Key::Path, "path: /v1", "path: /v2"),
    (Key::Websocket, "websocket: true, ", ""),
    (Key::Sticky, "sticky: true, ", ""),
    (Key::RateLimit, "100/s", "120/s"),
    (Key::Strategy, "strategy: canary", "strategy: recreate"),
    (Key::Steps, "[10%, 50%, 100%]", "[20%, 60%, 100%]"),
    (Key::Bake, "bake: 3m", "bake: 4m"),
    (Key::Deadline, "deadline: 40m", "deadline: 45m"),
    (Key::Surge, "surge: 2", "surge: 3"),
    (Key::Before, "npm run migrate", "npm run upgrade"),
    (Key::Smoke, "{ get: /health/ready, expect: 200", "{ get: /health/ready, expect: 204"),
    (Key::OnInsufficient, "on_insufficient: promote", "on_insufficient: rollback"),
    (Key::Availability, "99.9%", "99.8%"),
    (Key::Latency, "p95: 200ms", "p95: 500ms"),
    (Key::Traffic, "traffic: 50/s", "traffic: 60/s"),
    (Key::Kind, "kind: postgres\n    version: \"16\"", "kind: mysql\n    version: \"16\""),
    (Key::Version, "version: \"16\"", "version: \"17\""),
    (Key::Servers, "    replicas: 3\n    storage", "    replicas: 5\n    storage"),
    (Key::Storage, "storage: 20Gi", "storage: 30Gi"),
    (Key::MaxConnections, "max_connections: 300", "max_connections: 310"),
    (Key::BackupEvery, "every: 4h", "every: 3h"),
    (Key::BackupTakes, "takes: 10m", "takes: 12m"),
    (Key::BackupKeep, "weekly: 4", "weekly: 5"),
    (Key::BackupTo, "to: [nearby, offsite], rpo: 6h", "to: [offsite], rpo: 6h"),
    (Key::Rpo, "rpo: 6h", "rpo: 8h"),
    (Key::Rto, "rto: 1h", "rto: 2h"),
    (Key::Drill, "rto: 1h, drill: weekly", "rto: 1h, drill: daily"),
    (Key::Managed, "    managed: { by: aws, region: us-east-1, replicate_to: eu-west-1, snapshots: 30d }\n", ""),
    (Key::BackupStore, "region: eu-west-3", "region: eu-west-2"),
    (Key::Secret, "discord_webhook: {}", "discord_webhook: { description: Where deploys are told }"),
    (Key::Rotate, "rotate: 90d", "rotate: 60d"),
    (Key::Generate, "generate: 64", "generate: 48"),
    (Key::Freeze, "2026-12-05T06:00", "2026-12-05T05:00"),
    (Key::Alert, "below: 0.01", "below: 0.02"),
    (Key::During, "09:00..18:00", "08:00..18:00"),
    (Key::Probe, "every: 30s, expect: 200", "every: 45s, expect: 200"),
    (Key::Notify, "warning: [{ slack: \"#shop-alerts\" }]", "warning: [{ slack: \"#shop-warnings\" }]"),
];

/// A team that changes may name.
fn sample() -> String {
    SAMPLE.replace("teams:\n", "teams:\n  others: { slack: \"#others\" }\n")
}

fn changed(from: &str, to: &str) -> Product {
    let text = sample();
    assert_eq!(text.matches(from).count(), 1, "`{from}` has to stand in the sample once");
    product(&text.replace(from, to))
}

/// Whether some environment's fact of `key` shows in the target, when it is the one that `from` stands for.
fn claims(product: &Product, target: Target, key: Key, piece: Range<u32>) -> bool {
    let Range { start, end } = piece;
    let all = facts(product);
    let mut of_key: Vec<_> = all.iter().filter(|fact| fact.key == key).collect();
    // Where several things have the key, the one that is changed counts: what stands in the piece, or else shortly before.
    for within in [0, 90] {
        let near = |fact: &&towel_render::Fact<'_>| fact.span.start + within >= start && fact.span.start <= end;
        if of_key.iter().any(near) {
            of_key.retain(near);
            break;
        }
    }
    of_key.iter().any(|fact| matches!(target.treat(fact), Treatment::Kept | Treatment::Approximated(_)))
}

fn by_target(files: Vec<File>) -> BTreeMap<Target, Vec<File>> {
    let mut by_target: BTreeMap<Target, Vec<File>> = BTreeMap::new();
    files.into_iter().for_each(|file| by_target.entry(file.target).or_default().push(file));
    by_target
}

#[test]
fn every_key_has_a_change() {
    for key in Key::ALL {
        assert_eq!(CHANGES.iter().filter(|(changed, ..)| changed == key).count(), 1, "{}", key.pattern());
    }
}

#[test]
fn a_target_changes_with_a_key_exactly_when_it_says_so() {
    let text = sample();
    let before = product(&text);
    let files = by_target(render(&before, Target::ALL).files);
    let mut wrong = Vec::new();
    for (key, from, to) in CHANGES {
        let changed = changed(from, to);
        let after = by_target(render(&changed, Target::ALL).files);
        let start = text.find(from).unwrap();
        let piece = |length: usize| u32::try_from(start).unwrap()..u32::try_from(start + length).unwrap();
        assert!(facts(&before).iter().any(|fact| fact.key == *key), "the sample has no `{}`", key.pattern());
        for target in Target::ALL {
            // What is dropped as one value may be kept as another.
            let claims =
                claims(&before, *target, *key, piece(from.len())) || claims(&changed, *target, *key, piece(to.len()));
            let differs = files.get(target) != after.get(target);
            if claims != differs {
                let said = if claims { "claims to keep" } else { "claims not to say" };
                wrong.push(format!(
                    "`{}` {said} `{}`, but a change {}",
                    target.name(),
                    key.pattern(),
                    if differs { "shows" } else { "does not show" }
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} claims are not true:\n{}", wrong.len(), wrong.join("\n"));
}
