//! The whole text: environments, services, datastores, and what refers to them.

use std::fmt::Write;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::datastore::{self, Datastore};
use super::environment::{self, Environments};
use super::service::{self, Service};

/// Any product. Most of them have no errors; filter with `towel_check::admit`.
pub fn product() -> impl Strategy<Value = String> {
    let parts = (
        environment::some(),
        prop::collection::vec(service::some(), 1..7),
        prop::collection::vec(datastore::some(), 0..5),
        any::<[bool; 6]>(),
    );
    parts.prop_map(|(environments, services, datastores, extras)| text(&environments, &services, &datastores, extras))
}

/// The product that belongs to `seed`: always the same one.
///
/// # Panics
/// Never: the strategy refuses nothing.
pub fn product_of(seed: u64) -> String {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    product().new_tree(&mut runner).expect("the strategy refuses nothing").current()
}

fn text(environments: &Environments, services: &[Service], datastores: &[Datastore], extras: [bool; 6]) -> String {
    let [team, mail, probe, alert, freeze, client] = extras;
    let mut out =
        String::from("towel: 1\nname: shop\ndescription: Sells towels\nrepository: github.com/example/shop\n");
    if team {
        out.push_str("owner: core\nteams:\n  core: { slack: \"#core\", email: core@shop.example }\n");
    }
    if mail {
        out.push_str("mail: { from: alerts@shop.example, server: \"smtp.shop.example:587\" }\n");
    }
    out.push_str(&environments.text(services));
    if client {
        out.push_str("clients:\n  app: { stack: flutter, source: mobile }\n");
    }
    out.push_str("services:\n");
    for (place, service) in services.iter().enumerate() {
        out.push_str(&service.text(place, services, datastores));
    }
    if !datastores.is_empty() {
        out.push_str("datastores:\n");
        datastores.iter().enumerate().for_each(|(place, datastore)| out.push_str(&datastore.text(place)));
        out.push_str("backup_stores:\n  nearby: { path: /var/backups/shop }\n");
        out.push_str("  offsite: { s3: shop-backups, region: eu-west-3, offsite: true }\n");
    }
    rest(&mut out, services, mail, probe, alert, freeze);
    out
}

fn rest(out: &mut String, services: &[Service], mail: bool, probe: bool, alert: bool, freeze: bool) {
    let email = if mail { ", { email: ops@shop.example }" } else { "" };
    write!(
        out,
        "secrets:\n  jwt: {{ generate: 64, rotate: 90d }}\n  sentry_dsn: {{ required_in: [production] }}\n  heartbeat: {{}}\n\
         notify:\n  critical: [{{ slack: \"#alerts\" }}{email}]\n  warning: [{{ slack: \"#alerts\" }}]\n  \
         watchdog: [{{ webhook: \"${{secret.heartbeat}}\" }}]\n"
    ).expect("a String takes everything");
    if let Some(place) = services.iter().position(Service::is_exposed).filter(|_| probe) {
        writeln!(out, "probes:\n  - {{ url: \"https://s{place}.${{env.domain}}/\", every: 30s }}")
            .expect("a String takes everything");
    }
    if alert && services.iter().any(Service::is_measured) {
        out.push_str("alerts:\n  - { name: NoOrders, metric: orders_total, rate: 5m, below: 0.01, for: 10m }\n");
    }
    if freeze {
        out.push_str("freezes:\n  - { name: Weekend, weekly: \"Fri 16:00..Mon 08:00\", timezone: Europe/Paris, override: DEPLOY }\n");
    }
}
