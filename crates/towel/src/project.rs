//! A product on this machine: its file, its folder and the state of one of its environments.

use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use sha2::{Digest, Sha256};

/// The longest path that a Unix socket can have everywhere (Linux allows 107 bytes, macOS 103).
const LONGEST_SOCKET_PATH: usize = 100;

/// Where one environment of a product lives on this machine.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    /// The product's file, absolute.
    pub(crate) file: PathBuf,
    /// The folder that holds the file; relative paths in the file start here.
    pub(crate) folder: PathBuf,
    /// `.towel/<environment>` in that folder.
    pub(crate) state: PathBuf,
    /// The environment's name.
    pub(crate) environment: String,
}

impl Project {
    /// The state of `environment` beside `file`. Touches nothing.
    pub(crate) fn new(file: &Path, environment: &str) -> anyhow::Result<Self> {
        let file = std::path::absolute(file).with_context(|| format!("find `{}`", file.display()))?;
        let folder = file.parent().unwrap_or(Path::new("/")).to_path_buf();
        let state = folder.join(".towel").join(environment);
        Ok(Self { file, folder, state, environment: environment.to_owned() })
    }

    /// Makes the folders, readable by their owner only: logs and data may hold secrets.
    pub(crate) fn create(&self) -> anyhow::Result<()> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true).mode(0o700);
        for folder in [self.state.clone(), self.state.join("run"), self.state.join("logs")] {
            builder.create(&folder).with_context(|| format!("make the folder `{}`", folder.display()))?;
        }
        let ignore = self.folder.join(".towel/.gitignore");
        if !ignore.exists() {
            std::fs::write(&ignore, "*\n").with_context(|| format!("write `{}`", ignore.display()))?;
        }
        Ok(())
    }

    /// The journal.
    pub(crate) fn journal(&self) -> PathBuf {
        self.state.join("journal.sqlite")
    }

    /// Where the supervisor writes what it has to say when it runs in the background.
    pub(crate) fn supervisor_log(&self) -> PathBuf {
        self.state.join("logs/supervisor.log")
    }

    /// Where the gateway writes what it has to say.
    pub(crate) fn gateway_log(&self) -> PathBuf {
        self.state.join("logs/gateway.log")
    }

    /// Held by the supervisor for as long as it lives.
    pub(crate) fn supervisor_lock(&self) -> PathBuf {
        self.state.join("run/supervisor.lock")
    }

    /// The supervisor's socket.
    pub(crate) fn supervisor_socket(&self) -> anyhow::Result<PathBuf> {
        self.socket("supervisor")
    }

    /// The gateway's admin socket.
    pub(crate) fn gateway_socket(&self) -> anyhow::Result<PathBuf> {
        self.socket("gateway")
    }

    /// `run/<name>.sock`, or where that path is too long for a socket, a short one that is derived
    /// from it, in a folder of the user's own.
    fn socket(&self, name: &str) -> anyhow::Result<PathBuf> {
        let plain = self.state.join("run").join(format!("{name}.sock"));
        if plain.as_os_str().len() <= LONGEST_SOCKET_PATH {
            return Ok(plain);
        }
        let user = nix::unistd::Uid::effective();
        let folder = std::env::temp_dir().join(format!("towel-{user}"));
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .with_context(|| format!("make the folder `{}`", folder.display()))?;
        let found = std::fs::metadata(&folder)?;
        // In a shared temporary folder another user could have made it first.
        anyhow::ensure!(
            std::os::unix::fs::MetadataExt::uid(&found) == user.as_raw() && found.permissions().mode() & 0o077 == 0,
            "`{}` belongs to another user or is open to others; remove it",
            folder.display()
        );
        let digest = Sha256::digest(plain.as_os_str().as_encoded_bytes());
        let short: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(folder.join(format!("{short}-{name}.sock")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_folder_still_gets_a_socket_path_that_fits() {
        let deep = PathBuf::from("/").join("d".repeat(60)).join("e".repeat(60)).join("towel.yaml");
        let project = Project::new(&deep, "dev").unwrap();
        let socket = project.supervisor_socket().unwrap();
        assert!(socket.as_os_str().len() <= LONGEST_SOCKET_PATH, "{}", socket.display());
        assert_ne!(socket, project.gateway_socket().unwrap());
        assert_eq!(socket, project.supervisor_socket().unwrap(), "every command must find the same one");
    }

    #[test]
    fn each_environment_has_its_own_state() {
        let dev = Project::new(Path::new("/shop/towel.yaml"), "dev").unwrap();
        let staging = Project::new(Path::new("/shop/towel.yaml"), "staging").unwrap();
        assert_eq!(dev.folder, Path::new("/shop"));
        assert_eq!(dev.state, Path::new("/shop/.towel/dev"));
        assert_ne!(dev.journal(), staging.journal());
    }
}
