//! What all rivals have in common: a folder, ports, processors.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// The setting of one measurement.
pub(super) struct Setting {
    pub(super) folder: TempDir,
    pub(super) gateway: PathBuf,
    /// Of the upstream that answers requests.
    pub(super) upstream: u16,
    /// What each rival may use, as `taskset` wants it.
    pub(super) processors: &'static str,
}

impl Setting {
    pub(super) fn new(root: &Path) -> Result<Self> {
        let gateway = build(root)?;
        let folder =
            tempfile::Builder::new().prefix("towel-bench-").tempdir().context("cannot make a temporary folder")?;
        let several = std::thread::available_parallelism().is_ok_and(|n| n.get() > 1);
        let processors = if several { "0,1" } else { "0" };
        Ok(Self { folder, gateway, upstream: free_port()?, processors })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: &str, content: &str) -> Result<PathBuf> {
        let path = self.path(name);
        std::fs::write(&path, content).with_context(|| format!("cannot write `{}`", path.display()))?;
        Ok(path)
    }

    /// A command on the processors that rivals may use.
    pub(super) fn pinned(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new("taskset");
        command.args(["-c", self.processors]).arg(program);
        command
    }
}

/// A port that is free now; should somebody take it before it is used, starting says so.
pub(super) fn free_port() -> Result<u16> {
    let socket = TcpListener::bind("127.0.0.1:0").context("no free port")?;
    Ok(socket.local_addr().context("no free port")?.port())
}

fn build(root: &Path) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--package", "towel-gateway", "--bin", "towel-gateway"])
        .current_dir(root)
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "the gateway does not build");
    let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(folder.join("release/towel-gateway"))
}
