//! The blueprint of a small product, whole, and what Render cannot do.

use crate::ownership::product;
use crate::{Key, Rendering, Target, Treatment, facts, render};

const SHOP: &str = "\
towel: 1
name: shop
environments:
  production: { class: production, engine: kubernetes, context: p, domain: shop.example, approval: required }
services:
  api:
    description: Orders
    stack: node
    source: services/api
    image: ghcr.io/example/api:${version}
    port: 3000
    health: { ready: /ready }
    needs: [database, cache, events]
    env:
      DATABASE_URL: ${database.url}
      REDIS_HOST: ${cache.host}
      EVENTS: ${events.url}
      JWT: ${secret.jwt}
      STRIPE: ${secret.stripe}
    resources: { cpu: 500m..1, memory: 512Mi..1Gi }
    replicas: 2..6
    scale_on: { cpu: 70% }
    expose: { host: \"api.${env.domain}\" }
    rollout: { before: [{ run: npm run migrate }] }
    metrics: /metrics
  worker:
    stack: node
    source: services/worker
    image: ghcr.io/example/worker:${version}
    needs: [api]
    env: { API: \"${api.url}\", JWT: \"${secret.jwt}\", PAYMENTS: \"${secret.stripe}\" }
datastores:
  database: { kind: postgres, version: \"16\", storage: 12Gi, backup: &b { every: 6h, keep: { daily: 7 }, to: [offsite], drill: weekly } }
  cache: { kind: redis, version: \"7.4\", storage: 1Gi, backup: *b }
  events: { kind: mongodb, version: \"7.0\", storage: 1Gi, backup: *b }
backup_stores: { offsite: { s3: backups, region: eu-west-3, offsite: true } }
secrets: { jwt: { generate: 32 }, stripe: {} }
";

#[test]
fn a_blueprint_says_what_render_can_do() {
    let product = product(SHOP, None).unwrap();
    let files = render(&product, &[Target::Render]).files;
    insta::assert_snapshot!(files[0].contents, @r#"
    # Rendered by towel from towel.yaml (environments.production). Edits are merged, never overwritten.
    # A preview costs what the product costs, so only pull requests that ask for one get it.
    previews:
      generation: manual
      expireAfterDays: 3

    # Variables with `sync: false` are asked for when the blueprint is first applied.
    services:
      # Orders
      - type: web
        name: shop-api
        runtime: docker
        dockerContext: ./services/api
        dockerfilePath: ./services/api/Dockerfile
        autoDeployTrigger: "off"
        buildFilter:
          paths: [services/api/**]
        plan: standard
        preDeployCommand: npm run migrate
        scaling:
          minInstances: 2
          maxInstances: 6
          targetCPUPercent: 70
        healthCheckPath: /ready
        maxShutdownDelaySeconds: 35
        domains:
          - api.shop.example
        envVars:
          - key: PORT
            value: "3000"
          - key: DATABASE_URL
            fromDatabase:
              name: shop-database
              property: connectionString
          - key: REDIS_HOST
            fromService:
              type: keyvalue
              name: shop-cache
              property: host
          - key: EVENTS
            sync: false
          - fromGroup: shop-jwt
          - key: STRIPE
            sync: false
      - type: worker
        name: shop-worker
        runtime: docker
        dockerContext: ./services/worker
        dockerfilePath: ./services/worker/Dockerfile
        autoDeployTrigger: "off"
        buildFilter:
          paths: [services/worker/**]
        plan: starter
        numInstances: 3
        maxShutdownDelaySeconds: 35
        envVars:
          - key: API
            value: https://api.shop.example
          - fromGroup: shop-jwt
          - key: PAYMENTS
            fromService:
              type: web
              name: shop-api
              envVarKey: STRIPE
      - type: keyvalue
        name: shop-cache
        plan: starter
        # A full store refuses writes: dropping keys would lose data that nobody gave up.
        maxmemoryPolicy: noeviction
        # Reached by the product's own services alone.
        ipAllowList: []

    databases:
      - name: shop-database
        plan: basic-1gb
        databaseName: app
        user: app
        postgresMajorVersion: "16"
        diskSizeGB: 15
        # Reached by the product's own services alone.
        ipAllowList: []

    envVarGroups:
      - name: shop-jwt
        envVars:
          - key: JWT
            generateValue: true
    "#);
}

#[test]
fn what_render_cannot_do_is_reported() {
    let product = product(SHOP, None).unwrap();
    let dropped = |key: Key, subject: &str| {
        let fact = facts(&product).into_iter().find(|fact| fact.key == key && fact.subject == subject).unwrap();
        matches!(Target::Render.treat(&fact), Treatment::Dropped(_))
    };
    assert!(dropped(Key::Kind, "events") && !dropped(Key::Kind, "database"));
    assert!(Rendering::report(&product, &[Target::Render]).len() > 10);
}
