//! Where a datastore's server lives: its folder, its user, and its way of running set-up commands.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use nix::unistd::{User, getuid};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;
use towel_model::Datastore;

use super::facts::Facts;

/// Most time for a set-up command.
const SET_UP: Duration = Duration::from_secs(300);

/// One datastore's place on this machine.
pub(crate) struct House {
    /// As the file declares it.
    pub(crate) datastore: Datastore,
    /// Port and password.
    pub(crate) facts: Facts,
    /// Everything that the server keeps.
    pub(crate) folder: PathBuf,
    /// The user that the server runs as, when we are root: most servers refuse to run as root.
    pub(crate) user: Option<User>,
    /// What its processes get of the supervisor's environment.
    pub(crate) environment: Vec<(String, String)>,
}

impl House {
    /// The folder `.towel/data/NAME` with its facts.
    ///
    /// When we are root and the server's user cannot get there (a project below `/root`), the server's files
    /// lie in `/var/lib/towel`, and a link leads there.
    pub(crate) fn open(
        datastore: Datastore,
        facts: Facts,
        own: &Path,
        user: &str,
        environment: Vec<(String, String)>,
    ) -> io::Result<Self> {
        let user = if getuid().is_root() { find_user(user)? } else { None };
        let linked = own.join("server");
        if linked.symlink_metadata().is_err() {
            let folder = match &user {
                Some(user) if !can_reach(user, own) => elsewhere(own)?,
                _ => linked.clone(),
            };
            make_folder(&folder, user.as_ref())?;
            if folder != linked {
                std::os::unix::fs::symlink(&folder, &linked)?;
            }
        }
        let folder = fs::canonicalize(&linked)?;
        Ok(Self { datastore, facts, folder, user, environment })
    }

    /// The datastore's name.
    pub(crate) fn name(&self) -> &str {
        &self.datastore.name
    }

    /// The folders in which its programs are looked for.
    pub(crate) fn search(&self) -> &str {
        crate::local::search_path(&self.environment)
    }

    /// The name of the user that the server runs as, when it is another than ours.
    pub(crate) fn user_name(&self) -> Option<String> {
        self.user.as_ref().map(|user| user.name.clone())
    }

    /// Writes a file that only the server may read.
    pub(crate) fn write(&self, name: &str, content: &str) -> io::Result<PathBuf> {
        let path = self.folder.join(name);
        crate::shim::replace_file(&path, content.as_bytes(), crate::shim::Flush::No)?;
        self.give(&path)?;
        Ok(path)
    }

    /// Makes the server's user the owner.
    pub(crate) fn give(&self, path: &Path) -> io::Result<()> {
        match &self.user {
            Some(user) => chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw())),
            None => Ok(()),
        }
    }

    /// A folder in which the data is made before it takes its name, so that what has the name is whole.
    /// What was begun and not finished is removed.
    pub(crate) fn begin(&self, name: &str) -> io::Result<PathBuf> {
        let prefix = format!("{name}.new-");
        for entry in fs::read_dir(&self.folder)?.flatten() {
            if entry.file_name().to_str().is_some_and(|found| found.starts_with(&prefix)) {
                fs::remove_dir_all(entry.path())?;
            }
        }
        let folder = self.folder.join(format!("{prefix}{}", std::process::id()));
        make_folder(&folder, self.user.as_ref())?;
        Ok(folder)
    }

    /// Gives finished data its name, for good.
    pub(crate) fn finish(&self, new: &Path, name: &str) -> io::Result<()> {
        fs::rename(new, self.folder.join(name))?;
        fs::File::open(&self.folder)?.sync_all()
    }

    /// Runs a set-up command as the server's user; the error tells its last words.
    pub(crate) async fn set_up(&self, program: &Path, arguments: &[&OsStr], input: &str) -> Result<(), String> {
        let shown = program.display();
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.env("HOME", &self.folder).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(user) = &self.user {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        let mut child = command.spawn().map_err(|error| format!("`{shown}` cannot be run: {error}"))?;
        let stdin = child.stdin.take();
        let done = async {
            if let Some(mut stdin) = stdin {
                // A command that ends without reading says why on its error output.
                let _unread = stdin.write_all(input.as_bytes()).await;
            }
            child.wait_with_output().await
        };
        let output = timeout(SET_UP, done).await.map_err(|_| format!("`{shown}` did not end within 5m"))?;
        let output = output.map_err(|error| format!("`{shown}` cannot be run: {error}"))?;
        if output.status.success() { Ok(()) } else { Err(format!("`{shown}` failed: {}", last_words(&output))) }
    }
}

fn last_words(output: &std::process::Output) -> String {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(4)..].join("; ")
}

fn find_user(preferred: &str) -> io::Result<Option<User>> {
    for name in [preferred, "nobody"] {
        if let Some(user) = User::from_name(name)? {
            return Ok(Some(user));
        }
    }
    let reason = format!("there is neither a user `{preferred}` nor `nobody`, and servers refuse to run as root");
    Err(io::Error::new(io::ErrorKind::NotFound, reason))
}

/// Whether every folder down to `folder` may be passed through by `user`.
fn can_reach(user: &User, folder: &Path) -> bool {
    folder.ancestors().all(|ancestor| {
        fs::metadata(ancestor).is_ok_and(|metadata| {
            let mode = metadata.permissions().mode();
            let bit = if metadata.uid() == user.uid.as_raw() {
                0o100
            } else if metadata.gid() == user.gid.as_raw() {
                0o010
            } else {
                0o001
            };
            mode & bit != 0
        })
    })
}

/// A folder of this datastore's own below `/var/lib/towel`.
fn elsewhere(own: &Path) -> io::Result<PathBuf> {
    let shared = Path::new("/var/lib/towel");
    fs::DirBuilder::new().recursive(true).mode(0o711).create(shared)?;
    let name: String = own
        .to_string_lossy()
        .trim_start_matches('/')
        .chars()
        .map(|char| if char == '/' { '-' } else { char })
        .collect();
    Ok(shared.join(name))
}

fn make_folder(folder: &Path, user: Option<&User>) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => other?,
    }
    match user {
        Some(user) => chown(folder, Some(user.uid.as_raw()), Some(user.gid.as_raw())),
        None => Ok(()),
    }
}

/// Removes a datastore's folder and what its link leads to.
pub(crate) fn remove(own: &Path) -> io::Result<()> {
    if let Ok(target) = fs::read_link(own.join("server")) {
        crate::local::remove_if_there(&target)?;
    }
    crate::local::remove_if_there(own)
}
