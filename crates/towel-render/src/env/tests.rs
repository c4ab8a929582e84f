//! `.env.example` as a person sees it, and what is found in a `.env` that a person wrote.

use super::gaps;
use crate::ownership::product;
use crate::{Target, render};

const SHOP: &str = "\
towel: 1
name: shop
environments:
  dev: { class: dev, engine: local }
  production: { class: production, engine: kubernetes, context: p, domain: shop.example }
services:
  api:
    image: ghcr.io/example/api:${version}
    port: 3000
    health: { ready: /ready }
    needs: [database]
    env:
      NODE_ENV: production
      DATABASE_URL: ${database.url}
      JWT_SECRET: ${secret.jwt}
      SENTRY_DSN: { secret: sentry_dsn, type: url, required_in: [production], description: Error tracking }
      DEBUG_PORT: { type: port }
  worker:
    image: ghcr.io/example/worker:${version}
    needs: [database]
    env: { DATABASE_URL: \"${database.url}\", JWT_SECRET: \"${secret.jwt}\" }
datastores:
  database:
    kind: postgres
    version: \"16\"
    storage: 1Gi
    backup: { every: 6h, keep: { daily: 7 }, to: [offsite], drill: weekly }
backup_stores: { offsite: { s3: backups, region: eu-west-3, offsite: true } }
secrets:
  jwt: { rotate: 90d, generate: 64 }
  sentry_dsn: { required_in: [production] }
";

#[test]
fn every_variable_is_grouped_explained_and_there_once() {
    let product = product(SHOP, None).unwrap();
    let files = render(&product, &[Target::Env]).files;
    insta::assert_snapshot!(files[0].contents, @r#"
    # Rendered by towel from towel.yaml. Edits are merged, never overwritten.
    # Copy this file to `.env` and fill it in. `towel up` and Docker Compose read that one; it holds secrets, so it is
    # never committed. Lines that are commented out may stay so. In a cluster, the same names are its secrets' alone.

    # === Datastores: letters and digits alone, since passwords become part of URLs

    # Of `app` in postgres:16.
    # Used by api as DATABASE_URL, worker as DATABASE_URL.
    DATABASE_PASSWORD=

    # Of pgAdmin, under the profile `tools` of compose.yaml.
    ADMIN_PAGES_PASSWORD=

    # === Used by several services

    # 64 letters and digits; `openssl rand -hex 32` makes them, and `towel up` does by itself.
    # To be replaced every 90d.
    # Used by api as JWT_SECRET, worker as JWT_SECRET.
    JWT=

    # === Service `api`

    # Error tracking.
    # Has to be a URL with a scheme. Used by api. Required in production.
    SENTRY_DSN=

    # Has to be a port. Used by api.
    # DEBUG_PORT=

    # Given by towel.yaml:
    #   NODE_ENV=production
    #   DATABASE_URL=${database.url}

    # === Service `worker`

    # Given by towel.yaml:
    #   DATABASE_URL=${database.url}

    # === Versions of the images that Docker Compose runs

    API_VERSION=

    WORKER_VERSION=
    "#);
}

fn check(environment: &str, text: &str, expected: &[&str]) {
    let product = product(SHOP, None).unwrap();
    let stack = product.stacks().iter().find(|stack| *stack.environment.name == environment).unwrap();
    let found: Vec<String> = gaps(stack, text)
        .iter()
        .map(|gap| gap.line.map_or_else(|| gap.to_string(), |line| format!("{line}: {gap}")))
        .collect();
    assert_eq!(found, expected, "{environment}: {text}");
}

const WHOLE: &str = "DATABASE_PASSWORD=abc123\nADMIN_PAGES_PASSWORD=a\nJWT=x\nAPI_VERSION=v1\nWORKER_VERSION=v1\n";

#[test]
fn a_whole_file_has_no_gap() {
    check("dev", WHOLE, &[]);
    check("dev", &format!("# note\nexport COMPOSE_PROFILES='tools'\n{WHOLE}"), &[]);
}

#[test]
fn what_is_missing_or_empty_is_told_with_its_users() {
    check(
        "dev",
        "DATABASE_PASSWORD=abc123\nJWT=\nAPI_VERSION=v1\nWORKER_VERSION=v1\nADMIN_PAGES_PASSWORD=a\n",
        &["2: `JWT` is empty; used by `api`, `worker`; Docker Compose refuses to start without it"],
    );
    check("production", "JWT=x\n", &["`SENTRY_DSN` is missing; used by `api`"]);
}

#[test]
fn a_value_of_another_form_is_told_without_the_value() {
    check(
        "dev",
        &format!("{WHOLE}SENTRY_DSN=sentry.example\nDEBUG_PORT=http\n").replace("=abc123", "=p@ss"),
        &[
            "1: `DATABASE_PASSWORD` is not letters and digits alone, since it becomes part of URLs",
            "6: `SENTRY_DSN` is not a URL with a scheme",
            "7: `DEBUG_PORT` is not a port",
        ],
    );
}

#[test]
fn a_slip_in_a_name_is_recognised() {
    check(
        "production",
        "SENTRY_DNS=https://a\nNODE_ENV=test\nZEBRA=1\nJWT=a\nJWT=b\nSENTRY_DSN=https://a\n",
        &[
            "1: nothing uses `SENTRY_DNS`; did you mean `SENTRY_DSN`?",
            "3: nothing uses `ZEBRA`",
            "5: `JWT` is there twice, before in line 4; the last one counts",
        ],
    );
}
