//! The sample product in a folder of its own, run by the release build of `towel` through its public command line.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::repository::build_towel;

/// A running product; dropped, it is taken down.
pub(super) struct Product {
    towel: PathBuf,
    folder: TempDir,
    /// Where its front door is.
    pub(super) url: String,
}

/// A release of the API: version and further options.
pub(super) struct Release<'a> {
    pub(super) version: &'a str,
    pub(super) options: &'a str,
}

impl Product {
    /// Builds towel, writes the product down and starts it with version `v1`.
    pub(super) fn start(replicas: u32, bake: &str, releases: &[Release<'_>]) -> Result<Self> {
        let towel = build_towel(&["--release"])?;
        let folder =
            tempfile::Builder::new().prefix("towel-bench-").tempdir().context("cannot make a temporary folder")?;
        // The port is free now; should somebody take it before the gateway does, `up` says so.
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).context("no free port")?.port();
        let product = Self { towel, folder, url: format!("http://127.0.0.1:{port}") };
        std::fs::write(product.path("towel.yaml"), description(port, replicas, bake))
            .context("cannot write towel.yaml")?;
        for release in releases {
            product.release(release)?;
        }
        let started = product.run(&["up", "--detach", "--version", "v1"])?;
        ensure!(started.status.success(), "`towel up` failed\n{}", told(&started));
        Ok(product)
    }

    fn release(&self, release: &Release<'_>) -> Result<()> {
        let folder = self.path("releases").join(release.version);
        let script = folder.join("api");
        let (towel, record) = (self.towel.display(), self.record().display().to_string());
        let command = format!("api --version {} --record {record} {}", release.version, release.options);
        std::fs::create_dir_all(&folder).context("cannot make a release")?;
        std::fs::write(&script, format!("#!/bin/sh\nexec {towel} pizzeria {command}\n"))
            .context("cannot write a release")?;
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).context("cannot finish a release")
    }

    /// Where bad versions note each answer that they spoil.
    pub(super) fn record(&self) -> PathBuf {
        self.path("spoilt")
    }

    /// Runs `towel` in the product's folder to its end.
    pub(super) fn run(&self, arguments: &[&str]) -> Result<Output> {
        // Files and not pipes: the supervisor that `up` leaves behind would keep pipes open.
        let (out, err) = (self.path("out"), self.path("err"));
        let status = Command::new(&self.towel)
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(&out)?)
            .stderr(std::fs::File::create(&err)?)
            .status()
            .context("cannot run towel")?;
        Ok(Output { status, stdout: std::fs::read(&out)?, stderr: std::fs::read(&err)? })
    }

    fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        match self.run(&["down"]) {
            Ok(output) if output.status.success() => (),
            Ok(output) => eprintln!("warning: `towel down` failed; processes may be left\n{}", told(&output)),
            Err(error) => eprintln!("warning: `towel down` could not be run; processes may be left: {error:#}"),
        }
    }
}

/// All that a program said.
pub(super) fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn description(port: u16, replicas: u32, bake: &str) -> String {
    format!(
        "towel: 1
name: bench
environments:
  dev: {{ class: dev, engine: local, domain: localhost, gateway: {{ listen: \"127.0.0.1:{port}\" }} }}
services:
  api:
    run: ./releases/${{version}}/api
    port: 4000
    health: {{ live: /health/live, ready: /health/ready }}
    replicas: {replicas}
    drain: 1s
    expose: {{ host: \"api.${{env.domain}}\", websocket: true }}
    rollout:
      strategy: canary
      steps: [10%, 50%, 100%]
      bake: {bake}
      deadline: 5m
      smoke: [{{ get: /menu, expect: 200, within: 2s }}]
"
    )
}
