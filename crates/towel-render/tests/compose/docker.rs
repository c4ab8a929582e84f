//! Docker and its Compose, and stand-ins for images that no registry has to be asked for.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::engine::{Engine, run, said};

/// A project that is started from a folder, and gone with this value: containers, volumes and stand-ins.
pub(crate) struct Project {
    folder: PathBuf,
    engine: Engine,
    compose: Vec<String>,
    made: Vec<String>,
}

impl Project {
    /// Fails where no engine answers or Compose is missing.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), engine: Engine::find(), compose: compose(), made: Vec::new() }
    }

    /// Makes an image of programs of this machine with what they are linked to, unless there is one of that name.
    pub(crate) fn stand_in(&mut self, image: &str, programs: &[&str], more: &[(&str, &str)], lines: &str) {
        if self.engine.docker(&["image", "inspect", image]).status.success() {
            return;
        }
        let context = tempfile::tempdir().unwrap();
        let root = context.path().join("root");
        for program in programs {
            linked(program).iter().for_each(|file| copy(file, &root));
        }
        for (path, contents) in more {
            write(&root, path, contents);
        }
        shell(&root);
        fs::write(context.path().join("Dockerfile"), format!("FROM scratch\nCOPY root/ /\n{lines}")).unwrap();
        let built = self.engine.docker(&["build", "--quiet", "--tag", image, context.path().to_str().unwrap()]);
        assert!(built.status.success(), "cannot build {image}: {}", said(&built));
        self.made.push(image.to_owned());
    }

    /// What `docker compose` says; fails when it fails.
    pub(crate) fn compose(&self, arguments: &[&str]) -> String {
        let output = self.try_compose(arguments);
        assert!(output.status.success(), "compose {arguments:?}: {}\n{}", said(&output), self.state());
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn try_compose(&self, arguments: &[&str]) -> Output {
        let (program, first) = self.compose.split_first().unwrap();
        run(self.engine.command(program).args(first).args(arguments).current_dir(&self.folder))
    }

    fn state(&self) -> String {
        let states = self.try_compose(&["ps", "--all"]);
        format!("{}{}", said(&states), said(&self.try_compose(&["logs", "--tail", "20"])))
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        self.try_compose(&["down", "--volumes", "--timeout", "5"]);
        for image in &self.made {
            self.engine.docker(&["image", "rm", "--force", image]);
        }
    }
}

/// The plugin, or the program that `.ci/tools` builds.
fn compose() -> Vec<String> {
    let tools = std::env::var_os("TOWEL_TOOLS").map(PathBuf::from);
    let tools = tools.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/towel-tools")));
    let built = tools.map(|tools| tools.join("bin/docker-compose").display().to_string());
    let candidates = [vec!["docker".to_owned(), "compose".to_owned()], vec![built.unwrap_or_default()]];
    let works = |words: &Vec<String>| {
        let Some((program, first)) = words.split_first() else { return false };
        Command::new(program).args(first).arg("version").output().is_ok_and(|output| output.status.success())
    };
    candidates.into_iter().find(works).expect("`docker compose` is missing, version 2.20 or newer")
}

/// A program and the libraries that it is linked to.
fn linked(program: &str) -> Vec<String> {
    let listed = run(Command::new("ldd").arg(program));
    let listed = said(&listed);
    let libraries = listed.split_whitespace().filter(|word| word.starts_with('/')).map(str::to_owned);
    std::iter::once(program.to_owned()).chain(libraries).collect()
}

fn copy(file: &str, root: &Path) {
    let target = root.join(file.trim_start_matches('/'));
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    fs::copy(file, &target).unwrap_or_else(|error| panic!("cannot copy {file}: {error}"));
}

fn write(root: &Path, path: &str, contents: &str) {
    let target = root.join(path.trim_start_matches('/'));
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    fs::write(&target, contents).unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o755)).unwrap();
}

/// What images of Debian and Alpine have beside their program.
fn shell(root: &Path) {
    copy("/bin/busybox", root);
    for name in ["sh", "wget", "grep", "hostname", "httpd", "nc"] {
        std::os::unix::fs::symlink("/bin/busybox", root.join("bin").join(name)).unwrap();
    }
    for folder in ["tmp", "etc", "var/log/nginx", "var/lib/nginx"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    fs::set_permissions(root.join("tmp"), fs::Permissions::from_mode(0o1777)).unwrap();
    write(root, "/etc/passwd", "root:x:0:0::/:/bin/sh\ndaemon:x:1:1::/:/bin/sh\nredis:x:999:999::/data:/bin/sh\n");
    write(root, "/etc/group", "root:x:0:\ndaemon:x:1:\nredis:x:999:\n");
}
