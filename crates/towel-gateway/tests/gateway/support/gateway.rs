//! A gateway process of its own, ended with the test.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;
use towel_gateway::table::Table;
use towel_gateway::{Admin, InForce, VersionStats};

use super::until;

pub(crate) struct Gateway {
    pub(crate) admin: Admin,
    pub(crate) child: Child,
    folder: Option<TempDir>,
    path: PathBuf,
}

impl Gateway {
    /// Starts an empty one.
    pub(crate) async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().to_owned();
        Self::run(path, Some(folder), false).await
    }

    /// Starts one with a table; returns it and the address of its first listener.
    pub(crate) async fn with(table: &Table) -> (Self, SocketAddr) {
        let gateway = Self::start().await;
        let bound = gateway.put(table).await.listeners[0].bound;
        (gateway, bound)
    }

    async fn run(path: PathBuf, folder: Option<TempDir>, takeover: bool) -> Self {
        let admin = Admin::new(path.join("admin"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_towel-gateway"));
        command.arg(path.join("admin")).arg(path.join("state")).stdin(Stdio::null());
        if takeover {
            command.arg("takeover");
        }
        let child = command.spawn().unwrap();
        Self { admin, child, folder, path }.ready().await
    }

    async fn ready(self) -> Self {
        let boot_seen = std::cell::Cell::new(false);
        until("the gateway answers", || async {
            boot_seen.set(self.admin.stats().await.is_ok());
            boot_seen.get()
        })
        .await;
        self
    }

    pub(crate) async fn put(&self, table: &Table) -> InForce {
        self.admin.put_table(table).await.unwrap()
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().try_into().unwrap())
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).unwrap();
    }

    /// Kills it as a crash would, and starts it again on the same files.
    pub(crate) async fn crash_and_restart(mut self) -> Self {
        self.signal(Signal::SIGKILL);
        self.child.wait().unwrap();
        let folder = self.folder.take();
        Self::run(self.path.clone(), folder, false).await
    }

    /// Starts a successor that takes the sockets over.
    pub(crate) async fn successor(&mut self) -> Self {
        let before = self.admin.stats().await.unwrap().boot;
        let folder = self.folder.take();
        let successor = Self::run(self.path.clone(), folder, true).await;
        until("the successor answers", || async { successor.admin.stats().await.is_ok_and(|s| s.boot != before) })
            .await;
        successor
    }

    /// Starts one that is told to take over although nobody is there any more.
    pub(crate) async fn successor_of_nobody(&mut self) -> Self {
        let folder = self.folder.take();
        Self::run(self.path.clone(), folder, true).await
    }

    pub(crate) async fn has_ended(&mut self) {
        let child = std::cell::RefCell::new(&mut self.child);
        until("the process ended", || async { child.borrow_mut().try_wait().unwrap().is_some() }).await;
    }

    /// The counters of a version in an epoch.
    pub(crate) async fn counted(&self, backend: &str, epoch: u64, label: &str) -> VersionStats {
        let stats = self.admin.stats().await.unwrap();
        let epochs = &stats.backends[backend].epochs;
        let versions = &epochs.iter().find(|e| e.epoch == epoch).unwrap().versions;
        versions.iter().find(|v| v.label == label).unwrap().clone()
    }
}

impl Gateway {
    /// Waits until so many requests were counted, since a client has its answer a little earlier,
    /// and checks how many of them were bad.
    pub(crate) async fn expect(&self, epoch: u64, label: &str, requests: u64, bad: u64) {
        until("the requests are counted", || async { self.counted("shop", epoch, label).await.requests >= requests })
            .await;
        let counted = self.counted("shop", epoch, label).await;
        assert_eq!((counted.requests, counted.bad), (requests, bad), "{label} in epoch {epoch}");
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
