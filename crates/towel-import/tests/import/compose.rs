//! Docker Compose files.

use towel_import::Fate;

use crate::support::{imported, nothing_is_lost, sound, told};

/// A small team's file: two services of their own, a worker, a proxy, databases, tools under profiles.
pub(crate) const SHOP: &str = r#"
version: "3.8"
name: shop

x-service: &service
  restart: unless-stopped
  logging: { driver: json-file, options: { max-size: 10m } }
x-env: &env
  NODE_ENV: production
  LOG_LEVEL: ${LOG_LEVEL:-info}
  FEATURE_NEW: yes

services:
  api:
    <<: *service
    container_name: shop_api
    build:
      context: ./services/api
      dockerfile: Dockerfile.prod
      target: runtime
      args:
        - NODE_VERSION=20
    image: ghcr.io/acme/shop-api:${TAG:-latest}
    command: ["node", "dist/main.js", "--trace-warnings"]
    depends_on:
      db:
        condition: service_healthy
        restart: true
      cache: { condition: service_started }
      migrate:
        condition: service_completed_successfully
    environment:
      <<: *env
      PORT: 3001
      DATABASE_URL: postgres://shop:${DB_PASSWORD}@db:5432/shop?schema=public
      DB_HOST: db
      DB_PORT: "5432"
      DB_USER: shop
      DB_PASSWORD: ${DB_PASSWORD}
      REDIS_URL: redis://cache:6379/2
      JWT_SECRET: not-for-production
      STRIPE_KEY:
      SMTP_PORT: 587
      GREETING: "costs $$5 and ${CURRENCY:-EUR}"
    ports:
      - "127.0.0.1:9229:9229"
      - "3001:3001"
    healthcheck:
      test: ["CMD-SHELL", "curl -fsS http://localhost:3001/health || exit 1"]
      interval: 15s
      timeout: 3s
      retries: 5
      start_period: 40s
      start_interval: 2s
    deploy:
      replicas: 2
      resources:
        limits: { cpus: "0.50", memory: 512M }
        reservations: { cpus: "0.25", memory: 128M }
      restart_policy: { condition: on-failure }
      update_config: { parallelism: 1, order: start-first }
    stop_grace_period: 45s
    volumes:
      - ./services/api:/app
      - uploads:/app/uploads
    networks: [backend, default]
    ulimits: { nofile: 65536 }

  migrate:
    build: ./services/api
    command: npm run migrate:deploy
    environment: { DATABASE_URL: "postgres://shop:x@db/shop" }
    depends_on: { db: { condition: service_healthy } }
    restart: "no"

  worker:
    extends: { service: api }
    container_name: shop_worker
    command: node dist/worker.js
    restart: on-failure:5
    ports: !reset []
    healthcheck: { disable: true }

  web:
    build: ./web
    environment:
      - NEXT_PUBLIC_API_URL=http://localhost:3001
      - API_URL=http://api:3001/v1
      - SENTRY_DSN
    expose: [3000]
    labels:
      traefik.enable: "true"
      traefik.http.routers.web.rule: Host(`www.shop.example`) && PathPrefix(`/store`)
    depends_on: [api]
    env_file:
      - .env.web
      - path: .env.missing
        required: false

  db:
    image: postgres:16.2-alpine
    command: postgres -c max_connections=300 -c shared_buffers=256MB
    environment:
      POSTGRES_USER: shop
      POSTGRES_PASSWORD: ${DB_PASSWORD}
      POSTGRES_DB: shop
    volumes:
      - db-data:/var/lib/postgresql/data
      - ./init.sql:/docker-entrypoint-initdb.d/init.sql:ro
    healthcheck: { test: pg_isready -U shop, interval: 5s }
    ports: ["5432:5432"]
    shm_size: 128mb

  cache:
    image: redis
    command: redis-server --appendonly yes
    volumes: [cache:/data]

  proxy:
    image: traefik:v3.1
    ports: ["80:80", "443:443", "443:443/udp", "8000-8005:8000-8005"]
    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]
    command:
      - --providers.docker=true

  adminer:
    image: adminer
    profiles: [tools]
    ports: ["8081:8080"]

volumes:
  db-data:
  cache: {}
  uploads: { driver: local }
networks:
  backend: { internal: true }
secrets:
  tls_key: { file: ./tls.key }
configs:
  motd: { content: hello }
"#;

const FILES: &[(&str, &str)] = &[
    ("compose.yaml", SHOP),
    (".env.web", "ANALYTICS_ID=abc\nPAYMENT_TOKEN=secret-value\n"),
    (
        "services/api/package.json",
        r#"{ "dependencies": { "@nestjs/core": "11" }, "scripts": { "start": "node dist/main" } }"#,
    ),
    ("web/package.json", r#"{ "dependencies": { "next": "15" }, "scripts": { "start": "next start" } }"#),
    ("web/app/page.tsx", ""),
];

#[test]
fn every_key_of_a_real_file_is_converted_or_told_of() {
    nothing_is_lost(FILES, "compose.yaml");
}

#[test]
fn services_come_over_with_their_folders_stacks_ports_and_needs() {
    let imported = imported(FILES, &["compose.yaml"]);
    let text = sound(&imported.draft);
    let names: Vec<&str> = imported.draft.services.iter().map(|service| service.name.as_str()).collect();
    assert_eq!(names, ["api", "worker", "web"]);
    let api = &imported.draft.services[0];
    assert_eq!(api.stack.as_ref().unwrap().value, "nestjs");
    assert_eq!(api.source.as_ref().unwrap().value, "services/api");
    assert_eq!(api.image.as_ref().unwrap().value, "ghcr.io/acme/shop-api:${version}");
    // The port that `PORT` names, not the debugger's.
    assert_eq!(api.port.as_ref().unwrap().value, 3001);
    assert_eq!(api.cpu.as_ref().unwrap().value, "250m..500m");
    assert_eq!(api.memory.as_ref().unwrap().value, "128Mi..512Mi");
    assert_eq!(api.replicas.as_ref().unwrap().value, "2");
    assert_eq!(api.drain.as_ref().unwrap().value, "45s");
    assert_eq!(api.before[0].value, "sh -c 'cd services/api 2>/dev/null; exec npm run migrate:deploy'");
    assert!(text.contains("ready: { get: /health, every: 15s, within: 3s, failures: 5 }"), "{text}");
    assert!(
        text.contains("host: \"${env.domain}\", path: /store") || text.contains("host: \"www.${env.domain}\""),
        "{text}"
    );
}

#[test]
fn addresses_and_credentials_become_references_and_secrets_are_not_copied() {
    let imported = imported(FILES, &["compose.yaml"]);
    let text = sound(&imported.draft);
    for line in [
        "DATABASE_URL: ${db.url}?schema=public",
        "DB_HOST: ${db.host}",
        "DB_PORT: ${db.port}",
        "DB_USER: ${db.user}",
        "DB_PASSWORD: ${db.password}",
        "REDIS_URL: ${cache.url}",
        "JWT_SECRET: ${secret.jwt_secret}",
        "STRIPE_KEY: ${secret.stripe_key}",
        "SENTRY_DSN: ${secret.sentry_dsn}",
        "PAYMENT_TOKEN: ${secret.payment_token}",
        "API_URL: ${api.url}/v1",
        "FEATURE_NEW: \"yes\"",
        "GREETING: costs $5 and EUR",
        "SMTP_PORT: \"587\"",
        "jwt_secret: { generate: 64 }",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    for secret in ["not-for-production", "secret-value"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(told(&imported, "services.api.environment.REDIS_URL").why.contains("database number 2"));
}

#[test]
fn images_of_databases_become_datastores_with_version_volume_and_connections() {
    let imported = imported(FILES, &["compose.yaml"]);
    let stores = &imported.draft.datastores;
    assert_eq!(stores.iter().map(|store| store.name.as_str()).collect::<Vec<_>>(), ["db", "cache"]);
    assert_eq!(stores[0].version.as_ref().unwrap().value, "16.2");
    assert_eq!(stores[0].max_connections.as_ref().unwrap().value, "300");
    assert!(stores[0].storage.is_some() && stores[1].storage.is_some());
    // The source names no version: one is written, with a comment, and told of.
    assert!(stores[1].version.as_ref().unwrap().note.as_ref().unwrap().contains("a guess"));
    assert_eq!(told(&imported, "services.cache.image").fate, Fate::Approximated);
    assert!(told(&imported, "services.db.volumes[1]").why.contains("scripts at the first start"));
}

#[test]
fn what_has_no_counterpart_is_told_with_its_line_and_a_reason_of_its_own() {
    let imported = imported(FILES, &["compose.yaml"]);
    let line = |key: &str| (told(&imported, key).line.unwrap(), told(&imported, key).fate);
    let at = |text: &str| SHOP.lines().position(|line| line.contains(text)).unwrap() + 1;
    assert_eq!(line("version"), (at("version: "), Fate::LeftOut));
    assert_eq!(line("services.api.build.args"), (at("args:"), Fate::LeftOut));
    assert_eq!(line("services.api.ulimits"), (at("ulimits:"), Fate::LeftOut));
    // A key that came through `<<` is told at the anchor, where it stands.
    assert_eq!(line("services.api.restart"), (at("restart: unless"), Fate::LeftOut));
    assert_eq!(line("services.worker.restart").1, Fate::LeftOut);
    assert_eq!(line("services.adminer").1, Fate::LeftOut);
    assert!(told(&imported, "services.adminer").why.contains("profile"));
    assert!(told(&imported, "services.proxy").why.contains("gateway"));
    assert!(told(&imported, "services.web.env_file[1]").why.contains("is not there"));
    assert!(told(&imported, "!reset").why.contains("tags"));
    for key in ["networks", "secrets", "configs", "volumes.uploads", "x-service"] {
        assert_eq!(line(key).1, Fate::LeftOut, "{key}");
    }
    let fallback = imported.account.items.iter().filter(|item| item.why.contains("knows no such key"));
    assert_eq!(fallback.count(), 0);
}

#[test]
fn a_service_that_extends_another_begins_as_it() {
    let imported = imported(FILES, &["compose.yaml"]);
    let worker = imported.draft.services.iter().find(|service| service.name == "worker").unwrap();
    assert_eq!(worker.run.as_ref().unwrap().value, "sh -c 'cd services/api 2>/dev/null; exec node dist/worker.js'");
    // `ports: !reset []` takes the port away that it would begin with, and a hook stands at one service only.
    assert!(worker.expose.is_none() && worker.before.is_empty());
    assert_eq!(worker.source.as_ref().unwrap().value, "services/api");
    assert!(worker.env.iter().any(|variable| variable.name == "DATABASE_URL"));
    assert!(worker.needs.iter().any(|need| need.value == "db"));
}
