//! Products to try, and folders that hold what was rendered from them.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use towel_render::{Product, Target, render};
use towel_source::Sources;

/// The product of a `towel.yaml`.
pub(crate) fn product(text: &str) -> Product {
    let mut sources = Sources::new();
    let (file, _) = sources.add_bytes("towel.yaml", text.as_bytes().to_vec());
    let model = towel_model::read(&sources, file).model.expect("the file can be read");
    let admit = |name: String| match towel_check::admit(model.stack(&name).0.expect("the environment is there")) {
        Ok((stack, _)) => stack,
        Err(found) => panic!("{name}: {:#?}", found.iter().map(|it| (&it.code, &it.message)).collect::<Vec<_>>()),
    };
    let names: Vec<String> = model.environments().iter().map(|it| it.name.to_string()).collect();
    Product::new(names.into_iter().map(admit).collect()).expect("there is an environment")
}

/// The examples that people read, by name.
pub(crate) fn examples() -> Vec<(String, Product)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("towel.yaml").is_file())
        .map(|path| {
            let text = std::fs::read_to_string(path.join("towel.yaml")).unwrap();
            (path.file_name().unwrap().to_string_lossy().into_owned(), product(&text))
        })
        .collect();
    found.sort_by(|one, another| one.0.cmp(&another.0));
    assert!(!found.is_empty());
    found
}

/// A folder with what was rendered, gone when it is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("towel-monitoring-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Prometheus and Alertmanager as they are rendered for `product`.
    pub(crate) fn rendered(product: &Product) -> Self {
        let folder = Self::new();
        for file in render(product, &[Target::Prometheus, Target::Alertmanager]).files {
            let path = folder.0.join(&file.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file.contents).unwrap();
        }
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Files whose path ends with `end`.
    pub(crate) fn files(&self, end: &str) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.to_string_lossy().ends_with(end) {
                    files.push(path);
                }
            }
        }
        files.sort();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).expect("the folder is this test's own");
    }
}

/// One of everything that has alerts, in a cluster and on a machine.
pub(crate) const EVERYTHING: &str = r##"
towel: 1
name: shop
owner: platform
repository: github.com/example/shop
timezone: Europe/Paris
teams:
  platform: { slack: "#platform" }
  payments: { slack: "#payments" }
environments:
  dev: { class: dev, engine: local }
  staging: { class: staging, engine: kubernetes, context: staging, namespace: shop-staging, domain: staging.shop.example }
  production:
    class: production
    engine: kubernetes
    context: production
    namespace: shop
    domain: shop.example
    after: staging
    services:
      api: { replicas: 3..6, scale_on: { cpu: 70% } }
services:
  api:
    run: ./api --version ${version}
    image: ghcr.io/example/api:${version}
    owner: payments
    port: 3000
    health: { live: /live, ready: /ready }
    metrics: { path: /metrics, buckets: [50ms, 100ms, 200ms, 500ms, 1s] }
    needs: [db, cache, queue, documents, legacy, search, assets]
    env:
      DB: "${db.url}"
      CACHE: "${cache.url}"
      QUEUE: "${queue.url}"
      DOCS: "${documents.url}"
      LEGACY: "${legacy.url}"
      SEARCH: "${search.url}"
      ASSETS: "${assets.url}"
      JWT: "${secret.jwt}"
    resources: { cpu: 200m..500m, memory: 256Mi..512Mi }
    replicas: 2
    expose: { host: "api.${env.domain}" }
    slo: { availability: 99.9%, latency: { p95: 200ms, p99: 500ms }, over: 30d, traffic: 20/s }
  web:
    run: ./web --version ${version}
    image: ghcr.io/example/web:${version}
    port: 3100
    health: { live: /live, ready: /ready }
    resources: { cpu: 100m..200m, memory: 128Mi..256Mi }
    expose: { host: "${env.domain}" }
    rollout: { strategy: rolling }
    slo: { availability: 99%, latency: { p95: 500ms }, over: 7d, traffic: 2/min }
  quiet:
    run: ./quiet --version ${version}
    image: ghcr.io/example/quiet:${version}
    port: 3200
    health: { live: /live, ready: /ready }
    metrics: /internal/metrics
    resources: { cpu: 100m..200m, memory: 128Mi..256Mi }
    slo: { availability: 99.5%, over: 90d }
  tiny:
    run: ./tiny --version ${version}
    image: ghcr.io/example/tiny:${version}
    port: 3300
    health: { live: /live, ready: /ready }
    metrics: { buckets: [10ms, 20ms] }
    resources: { cpu: 100m..200m, memory: 128Mi..256Mi }
  worker:
    run: ./worker --version ${version}
    image: ghcr.io/example/worker:${version}
    resources: { cpu: 100m..200m, memory: 128Mi..256Mi }
datastores:
  db:
    kind: postgres
    version: "15"
    storage: 20Gi
    max_connections: 200
    backup: { every: 4h, takes: 10m, keep: { daily: 7, weekly: 4 }, to: [nearby, offsite], rpo: 6h, rto: 1h, drill: weekly }
  legacy:
    kind: mysql
    version: "8.4"
    storage: 20Gi
    backup: { every: 1d, keep: { daily: 7, weekly: 4 }, to: [nearby, offsite], rto: 1h }
  documents:
    kind: mongodb
    version: "7.0"
    replicas: 3
    storage: 20Gi
    max_connections: 500
    backup: { every: 4h, keep: { daily: 7, weekly: 4 }, to: [nearby, offsite], rpo: 6h, rto: 1h, drill: 30d }
  search:
    kind: mongodb
    version: "7.0"
    storage: 20Gi
    backup: { every: 4h, keep: { daily: 7, weekly: 4 }, to: [nearby, offsite] }
  cache: { kind: redis, version: "7", storage: 1Gi, backup: { every: 6h, keep: { daily: 7 }, to: [nearby, offsite], rpo: 7h } }
  queue: { kind: rabbitmq, version: "4.0", replicas: 3, storage: 5Gi, max_connections: 1000, backup: { every: 6h, keep: { daily: 7 }, to: [nearby, offsite], rpo: 7h } }
  assets: { kind: s3, version: RELEASE.2025-09-07T16-13-09Z, storage: 50Gi, backup: { every: 1d, keep: { daily: 7 }, to: [nearby, offsite] } }
  warehouse:
    kind: postgres
    version: "15"
    storage: 100Gi
    managed: { by: aws, region: us-east-1, size: db.t4g.medium }
    backup: { every: 4h, keep: { daily: 7, weekly: 4 }, to: [nearby, offsite], rpo: 6h }
backup_stores:
  nearby: { path: /var/backups/shop }
  offsite: { s3: shop-backups, region: eu-west-3, offsite: true }
secrets:
  jwt: { rotate: 90d, generate: 64 }
  heartbeat_url: {}
  discord_webhook: {}
  hook_token: {}
  smtp_password: {}
alerts:
  - { name: NoOrders, metric: orders_total, rate: 5m, below: 0.01, for: 10m, severity: warning, during: "09:00..18:00" }
  - { name: NightWatch, metric: orders_open, above: 500, for: 5m, severity: critical, during: "22:00..06:00" }
  - { name: PlayersOutOfBand, metric: players_online, below: 10, above: 2000, for: 5m, severity: info }
  - { name: TooMany, metric: sum, above: 0, for: 0s }
  - { name: ApiDown, metric: api:down, above: 3 }
  - { name: Cold, metric: temperature, below: -5, for: 3m }
probes:
  - { url: "https://${env.domain}/", every: 30s, expect: 200 }
  - { url: "https://api.${env.domain}/old", every: 5m, expect: 301, environments: [production] }
  - { url: "https://api.${env.domain}/health", every: 1m, expect: 204 }
mail: { from: alerts@shop.example, server: "smtp.shop.example:587", user: alerts, password: "${secret.smtp_password}" }
notify:
  critical: [{ slack: "#shop-alerts" }, { email: ops@shop.example }, { webhook: "https://hooks.shop.example/${secret.hook_token}" }]
  warning: [{ slack: "#shop-alerts" }, { discord: "${secret.discord_webhook}" }]
  deploys: [{ discord: "${secret.discord_webhook}" }]
  watchdog: [{ webhook: "${secret.heartbeat_url}" }]
"##;

/// The least that has alerts: nobody is told of them.
pub(crate) const UNHEARD: &str = r##"
towel: 1
name: shop
services:
  api:
    run: ./releases/${version}/api
    port: 3000
    health: { live: /live, ready: /ready }
    metrics: /metrics
"##;

/// Products of many kinds.
pub(crate) fn all() -> Vec<(String, Product)> {
    let mut all = examples();
    all.push(("everything".to_owned(), product(EVERYTHING)));
    all.push(("unheard".to_owned(), product(UNHEARD)));
    all
}
