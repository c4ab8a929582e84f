//! Render blueprints.

use crate::support::{imported, nothing_is_lost, sound, told};

pub(crate) const BLUEPRINT: &str = r#"
previews: { generation: automatic, expireAfterDays: 3 }
services:
  - type: web
    name: api
    runtime: node
    repo: https://github.com/acme/shop
    branch: main
    region: frankfurt
    plan: standard
    rootDir: services/api
    buildCommand: npm ci && npm run build
    preDeployCommand: npm run migrate
    startCommand: npm start
    healthCheckPath: /healthz
    maxShutdownDelaySeconds: 120
    autoDeployTrigger: checksPass
    buildFilter: { paths: ["services/api/**"], ignoredPaths: [] }
    domains: [api.shop.example, api2.shop.example]
    scaling: { minInstances: 2, maxInstances: 6, targetCPUPercent: 60, targetMemoryPercent: 70 }
    disk: { name: data, mountPath: /data, sizeGB: 10 }
    envVars:
      - key: NODE_ENV
        value: production
      - { key: PORT, value: 10000 }
      - key: DATABASE_URL
        fromDatabase: { name: shop_db, property: connectionString }
      - key: CACHE_HOST
        fromService: { type: keyvalue, name: cache, property: host }
      - key: INTERNAL
        fromService: { type: pserv, name: search, property: hostport }
      - key: WORKER_NODE_ENV
        fromService: { type: worker, name: mailer, envVarKey: NODE_ENV }
      - { key: SESSION_SECRET, generateValue: true }
      - { key: STRIPE_KEY, sync: false }
      - { key: OPEN, value: "yes", previewValue: "no" }
      - fromGroup: shared
      - fromGroup: dashboard-only
  - type: web
    name: site
    runtime: static
    buildCommand: npm run build
    staticPublishPath: ./dist
    headers: [{ path: /*, name: X-Frame-Options, value: sameorigin }]
    routes: [{ type: rewrite, source: /*, destination: /index.html }]
    domains: [shop.example]
  - type: pserv
    name: search
    image: { url: "docker.io/getmeili/meilisearch:v1.7", creds: { fromRegistryCreds: { name: c } } }
    envVars: [{ key: PORT, value: "7700" }]
  - type: worker
    name: mailer
    env: python
    startCommand: celery -A app worker && true
    numInstances: 3
    envVars: [{ key: NODE_ENV, value: workers }]
  - { type: cron, name: nightly, schedule: "0 3 * * *", runtime: node, startCommand: npm run nightly }
  - { type: keyvalue, name: cache, plan: starter, ipAllowList: [], maxmemoryPolicy: allkeys-lru }
databases:
  - name: shop_db
    databaseName: shop
    user: shop
    plan: basic-1gb
    postgresMajorVersion: "16"
    diskSizeGB: 20
    highAvailability: { enabled: true }
    readReplicas: [{ name: replica }]
envVarGroups:
  - name: shared
    envVars:
      - { key: LOG_LEVEL, value: info }
      - { key: JWT, generateValue: true }
  - { name: unused, envVars: [{ key: A, value: b }] }
"#;
pub(crate) const PROJECTS: &str = r#"
projects:
  - name: Shop
    environments:
      - name: production
        networkIsolation: { enabled: true }
        permissions: { protection: enabled }
        databases: [{ name: db }]
        services: [{ type: web, name: app, runtime: docker, dockerfilePath: ./Dockerfile, dockerCommand: serve, numInstances: 2 }]
      - name: staging
        services: [{ type: web, name: app-staging, runtime: docker }]
ungrouped:
  services: [{ type: redis, name: jobs, ipAllowList: [{ source: 0.0.0.0/0, description: all }] }]
"#;

#[test]
fn no_key_is_lost() {
    nothing_is_lost(&[("render.yaml", BLUEPRINT)], "render.yaml");
    nothing_is_lost(&[("render.yaml", PROJECTS)], "render.yaml");
}

#[test]
fn services_databases_and_groups_come_over() {
    let imported = imported(&[("render.yaml", BLUEPRINT)], &["render.yaml"]);
    let text = sound(&imported.draft);
    for line in [
        "stack: node",
        "sh -c 'cd services/api 2>/dev/null; exec npm start'",
        "- run: sh -c 'cd services/api 2>/dev/null; exec npm run migrate'",
        "ready: /healthz",
        "drain: 120s",
        "replicas: 2..6",
        "scale_on: { cpu: 60%, memory: 70% }",
        "port: 10000",
        "DATABASE_URL: ${shop-db.url}",
        "CACHE_HOST: ${cache.host}",
        "INTERNAL: ${search.host}:${search.port}",
        "WORKER_NODE_ENV: workers",
        "SESSION_SECRET: ${secret.session_secret}",
        "STRIPE_KEY: ${secret.stripe_key}",
        "LOG_LEVEL: info",
        "OPEN: \"yes\"",
        "expose: { host: \"api.${env.domain}\" }",
        "expose: { host: \"${env.domain}\" }",
        "image: docker.io/getmeili/meilisearch:v1.7",
        "session_secret: { generate: 44 }",
        "jwt: { generate: 44 }",
        "version: \"16\"",
        "storage: 20Gi",
        "replicas: 3",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
}

#[test]
fn what_has_no_counterpart_is_told_of() {
    let imported = imported(&[("render.yaml", BLUEPRINT)], &["render.yaml"]);
    sound(&imported.draft);
    assert!(told(&imported, "services[4]").why.contains("jobs at set times"));
    assert!(told(&imported, "services[0].envVars[10].fromGroup").why.contains("dashboard"));
    assert!(told(&imported, "services[0].domains[1]").why.contains("one host"));
    for key in ["previews", "services[0].plan", "services[0].disk", "envVarGroups[1]", "databases[0].user"] {
        told(&imported, key);
    }
    assert!(imported.account.items.iter().all(|item| !item.why.contains("knows no such key")));
}

#[test]
fn projects_give_their_first_environment() {
    let imported = imported(&[("render.yaml", PROJECTS)], &["render.yaml"]);
    let text = sound(&imported.draft);
    assert!(text.contains("name: shop ") && text.contains("run: serve") && text.contains("  jobs:"), "{text}");
    assert!(told(&imported, "projects[0].environments[1]").why.contains("environments:"));
}
