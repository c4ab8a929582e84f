//! A product in a folder of its own, and `towel` run on it.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::eventually::within;
use crate::{PATIENCE, Scrubber};

/// A folder that is removed with this value; stop what runs in it before.
#[derive(Debug)]
pub struct Project {
    folder: TempDir,
    environment: Vec<(String, String)>,
}

/// How a program ended and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Exit status; -1 when a signal ended it.
    pub status: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Project {
    /// An empty folder.
    ///
    /// # Panics
    /// When there is no place for temporary files; the same goes for all that writes here.
    #[expect(clippy::new_without_default, reason = "a value that makes a folder is not a default")]
    pub fn new() -> Self {
        // A short path: sockets in it must fit into 108 bytes.
        let folder = tempfile::Builder::new().prefix("towel-").tempdir().expect("temporary folders can be made");
        Self { folder, environment: Vec::new() }
    }

    /// With this file; folders on the way are made.
    pub fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.write(path, text);
        self
    }

    /// With this file, executable.
    pub fn program(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.write_program(path, text);
        self
    }

    /// With `releases/VERSION/SERVICE`, a shell script with these lines.
    pub fn release(self, service: &str, version: &str, script: &str) -> Self {
        self.program(&format!("releases/{version}/{service}"), format!("#!/bin/sh\n{script}\n"))
    }

    /// With this environment variable for everything run here.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Writes a file in the middle of a test.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).expect("folders can be made in a temporary folder");
        }
        fs::write(&path, text).expect("files can be written in a temporary folder");
    }

    /// Writes an executable file in the middle of a test.
    pub fn write_program(&self, path: &str, text: impl AsRef<[u8]>) {
        self.write(path, text);
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(self.path(path), mode).expect("own files can be made executable");
    }

    /// The text of a file.
    pub fn read(&self, path: &str) -> String {
        let path = self.path(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", path.display()))
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A path in the folder.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A command in the folder, with the project's variables, no terminal and no colour.
    pub fn command(&self, program: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder()).stdin(Stdio::null());
        command.env("NO_COLOR", "1").env_remove("TOWEL_ENV").env_remove("TOWEL_FILE");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs `program` (`env!("CARGO_BIN_EXE_towel")`) to its end.
    ///
    /// Its output goes to files, not pipes: a supervisor that it leaves behind may keep them open.
    ///
    /// # Panics
    /// When it has not ended after twice [`PATIENCE`](crate::PATIENCE).
    pub fn towel(&self, program: impl AsRef<OsStr>, arguments: &[&str]) -> Output {
        let outside = tempfile::tempdir().expect("temporary folders can be made");
        let (out, err) = (outside.path().join("out"), outside.path().join("err"));
        let create = |path: &Path| fs::File::create(path).expect("files can be written in a temporary folder");
        let mut command = self.command(&program, arguments);
        let child = command.stdout(create(&out)).stderr(create(&err)).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("cannot run {:?}: {error}", program.as_ref()));
        let status = within(PATIENCE * 2, || child.try_wait().expect("a child can be waited for"));
        let read =
            |path: &Path| String::from_utf8_lossy(&fs::read(path).expect("the file was just written")).into_owned();
        let Some(status) = status else {
            child.kill().expect("a child can be killed");
            child.wait().expect("a child can be waited for");
            let (out, err) = (read(&out), read(&err));
            panic!("{arguments:?} did not end within {:?}\n--- stdout\n{out}\n--- stderr\n{err}", PATIENCE * 2);
        };
        Output { status: status.code().unwrap_or(-1), stdout: read(&out), stderr: read(&err) }
    }

    /// Scrubs the folder's path, and whatever else differs from run to run.
    pub fn scrubber(&self) -> Scrubber {
        let scrubber = Scrubber::new().replace(self.folder().display().to_string(), "[project]");
        match self.folder().canonicalize() {
            Ok(real) if real != self.folder() => scrubber.replace(real.display().to_string(), "[project]"),
            _same => scrubber,
        }
    }
}

impl Output {
    /// The same output with everything scrubbed that differs from run to run.
    pub fn scrubbed(&self, scrubber: &Scrubber) -> Self {
        Self { status: self.status, stdout: scrubber.scrub(&self.stdout), stderr: scrubber.scrub(&self.stderr) }
    }

    /// The same output, of a program that must have ended with this status.
    ///
    /// # Panics
    /// When it did not; the message holds all that it said.
    #[track_caller]
    pub fn expect(self, status: i32) -> Self {
        assert!(
            self.status == status,
            "ended with {} and not {status}\n--- stdout\n{}\n--- stderr\n{}",
            self.status,
            self.stdout,
            self.stderr
        );
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_has_files_releases_and_variables() {
        let project =
            Project::new().file("a/b.txt", "text").variable("WHO", "you").release("api", "v1", "echo $WHO; exit 3");
        assert_eq!(project.read("a/b.txt"), "text");
        let output = project.towel(project.path("releases/v1/api"), &[]).expect(3);
        assert_eq!(output, Output { status: 3, stdout: "you\n".to_owned(), stderr: String::new() });
    }

    #[test]
    fn what_a_program_leaves_behind_does_not_hold_up_the_test() {
        let project = Project::new().release("api", "v1", "sleep 5 & echo $!");
        let output = project.towel(project.path("releases/v1/api"), &[]).expect(0);
        let pid = output.stdout.trim();
        assert!(Path::new("/proc").join(pid).exists(), "it was waited for");
        Command::new("kill").arg(pid).status().expect("`kill` is installed");
    }

    #[test]
    fn the_folder_has_the_same_name_in_every_run() {
        let project = Project::new();
        let text = format!("{}/towel.yaml", project.folder().display());
        assert_eq!(project.scrubber().scrub(&text), "[project]/towel.yaml");
    }
}
