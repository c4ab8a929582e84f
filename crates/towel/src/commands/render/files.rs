//! Rendered files on the disk: read, written whole or not at all, removed.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use anyhow::Context;

use crate::exit::Failure;

/// The folder that rendered files belong into.
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Where `path` is on the disk. A service's `source` is part of some paths, and must not lead out of the folder.
    pub(super) fn place(&self, path: &str) -> anyhow::Result<PathBuf> {
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return Err(Failure::usage(format!(
                "`{path}` is outside of the product's folder, and nothing is written there"
            ))
            .help("give the service a `source` below the folder of `towel.yaml`")
            .into());
        }
        Ok(self.root.join(path))
    }

    /// None when there is no such file.
    pub(super) fn read(&self, path: &str) -> anyhow::Result<Option<String>> {
        let place = self.place(path)?;
        match std::fs::read(&place) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
                Ok(None)
            }
            Err(error) => Err(error).with_context(|| format!("read `{}`", place.display())),
        }
    }

    /// Replaces the file as a whole: whoever reads meanwhile finds the old one or the new one.
    pub(super) fn write(&self, path: &str, contents: &str) -> anyhow::Result<()> {
        let place = self.place(path)?;
        let folder = place.parent().unwrap_or(&self.root);
        std::fs::create_dir_all(folder).with_context(|| format!("make the folder `{}`", folder.display()))?;
        let mut file =
            tempfile::NamedTempFile::new_in(folder).with_context(|| format!("write in `{}`", folder.display()))?;
        file.write_all(contents.as_bytes()).with_context(|| format!("write `{}`", place.display()))?;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
        file.persist(&place).with_context(|| format!("write `{}`", place.display()))?;
        Ok(())
    }

    /// Removes the file, and folders that are empty without it.
    pub(super) fn remove(&self, path: &str) -> anyhow::Result<()> {
        let place = self.place(path)?;
        std::fs::remove_file(&place).with_context(|| format!("remove `{}`", place.display()))?;
        for folder in place.ancestors().skip(1).take_while(|folder| *folder != self.root) {
            if std::fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }
}
