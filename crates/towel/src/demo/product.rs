//! The product that the tour runs: its file and its releases, written into a new folder.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::Context;

/// The sample product's file. Comments are for the newcomer who opens it.
const FILE: &str = r#"# The sample product of `towel demo`: a pizzeria's API and its page.
towel: 1
name: pizzeria
description: Orders pizzas, and shows them being baked

environments:
  dev: { class: dev, engine: local }

services:
  api:
    run: ./releases/${version}/api
    port: 3001
    health:
      live: /health/live
      ready: { get: /health/ready, every: 500ms }
      start: 20s
    metrics: /metrics
    replicas: 2
    drain: 5s
    expose: { host: "api.${env.domain}", websocket: true }
    rollout:
      strategy: canary             # in dev the default is recreate; here we want to see it judged
      steps: [10%, 50%, 100%]
      bake: 3s
      smoke: [{ get: /health/ready, expect: 200, within: 2s }]
    slo: { availability: 99.9%, latency: { p95: 200ms } }

  web:
    run: ./releases/${version}/web
    port: 3000
    health: { ready: { get: /health/ready, every: 500ms } }
    needs: [api]
    env:
      API_URL: ${api.url}
    expose: { host: "${env.domain}" }
"#;

/// A release of a service: what it is called, and the faults it was given.
const RELEASES: [(&str, &str, &str); 4] = [
    ("v1", "api", "api"),
    ("v1", "web", "web"),
    ("v2", "api", "api"),
    // Healthy to look at, and broken for everybody who orders: what a readiness probe cannot see.
    ("v3", "api", "api --error-rate 1"),
];

/// Writes the product into `folder`, its releases running the sample services inside `program`.
pub(crate) fn write(folder: &Path, program: &Path) -> anyhow::Result<()> {
    std::fs::write(folder.join("towel.yaml"), FILE).context("write the sample product")?;
    let program = quoted(program)?;
    for (version, service, command) in RELEASES {
        let home = folder.join("releases").join(version);
        std::fs::create_dir_all(&home).context("write the sample product's releases")?;
        let script = format!("#!/bin/sh\nexec {program} pizzeria {command} --version {version}\n");
        let file = home.join(service);
        std::fs::write(&file, script).context("write the sample product's releases")?;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755))
            .context("make the sample product's releases executable")?;
    }
    Ok(())
}

/// The path as one word of a shell script.
fn quoted(path: &Path) -> anyhow::Result<String> {
    let path = path.to_str().context("the path of the `towel` binary is not UTF-8; move it")?;
    Ok(format!("'{}'", path.replace('\'', r"'\''")))
}
