//! The Docker engine: the machine's own, or where none answers, one that is started for the test.

use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// An engine that answers.
pub(crate) struct Engine {
    /// One that was started here, and its folder.
    own: Option<(Child, TempDir)>,
}

impl Engine {
    /// Fails when none answers and none can be started, which takes root and Debian's `docker.io`.
    pub(crate) fn find() -> Self {
        let there = Self { own: None };
        if there.answers() {
            return there;
        }
        let folder = tempfile::tempdir().unwrap();
        let daemon = Command::new("dockerd")
            .arg("--data-root")
            .arg(folder.path().join("data"))
            .arg("--exec-root")
            .arg(folder.path().join("exec"))
            .arg("--pidfile")
            .arg(folder.path().join("pid"))
            .arg("--host")
            .arg(format!("unix://{}", folder.path().join("docker.sock").display()))
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.path().join("log")).unwrap())
            .spawn();
        let daemon =
            daemon.unwrap_or_else(|error| panic!("no Docker engine answers, and none can be started: {error}"));
        let engine = Self { own: Some((daemon, folder)) };
        let started = Instant::now();
        while !engine.answers() {
            assert!(started.elapsed() < Duration::from_secs(60), "the Docker engine does not start: {}", engine.log());
            std::thread::sleep(Duration::from_millis(200));
        }
        engine
    }

    /// A command that talks to this engine.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        if let Some((_, folder)) = &self.own {
            command.env("DOCKER_HOST", format!("unix://{}", folder.path().join("docker.sock").display()));
        }
        command
    }

    /// `docker` with these arguments.
    pub(crate) fn docker(&self, arguments: &[&str]) -> Output {
        run(self.command("docker").args(arguments))
    }

    fn answers(&self) -> bool {
        self.docker(&["version", "--format", "{{.Server.Version}}"]).status.success()
    }

    fn log(&self) -> String {
        let file = self.own.as_ref().map(|(_, folder)| folder.path().join("log"));
        file.and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some((daemon, _)) = &mut self.own {
            // Asked to end, it takes its containers and mounts with it; killed, it would leave them.
            Command::new("kill").arg(daemon.id().to_string()).status().ok();
            daemon.wait().ok();
        }
    }
}

/// Its output; fails when there is no such program.
pub(crate) fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("cannot run {command:?}: {error}"))
}

/// All that it said.
pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
