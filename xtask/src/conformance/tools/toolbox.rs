//! Where the tools are that `.ci/tools` installed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::call::Call;

/// The installed tools, and a folder for what they write.
#[derive(Debug)]
pub(super) struct Toolbox {
    folder: PathBuf,
    scratch: TempDir,
    path: OsString,
}

impl Toolbox {
    /// The tools where `.ci/tools` puts them.
    pub(super) fn open() -> Result<Self> {
        let folder = match std::env::var_os("TOWEL_TOOLS") {
            Some(folder) => PathBuf::from(folder),
            None => PathBuf::from(std::env::var_os("HOME").context("HOME is not set")?).join(".cache/towel-tools"),
        };
        Self::at(&folder)
    }

    pub(super) fn at(folder: &Path) -> Result<Self> {
        let scratch = tempfile::Builder::new().prefix("towel-conformance-").tempdir()?;
        let mut path = folder.join("bin").into_os_string();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        Ok(Self { folder: folder.to_owned(), scratch, path })
    }

    /// A call of a tool. It finds the other tools, and nothing of what a person has configured at home.
    pub(super) fn call(&self, tool: &str) -> Result<Call> {
        let program = self.program(tool)?;
        let home = self.scratch("home")?;
        Ok(Call::new(program)
            .with("PATH", self.path.clone())
            .with("HOME", home.clone())
            .with("XDG_CONFIG_HOME", home.join(".config"))
            .with("XDG_CACHE_HOME", home.join(".cache"))
            .with("NO_COLOR", "1"))
    }

    /// Where a tool is, for tools that call others.
    pub(super) fn program(&self, tool: &str) -> Result<PathBuf> {
        self.there(&Path::new("bin").join(tool))
    }

    /// Data that a tool needs.
    pub(super) fn share(&self, name: &str) -> Result<PathBuf> {
        self.there(&Path::new("share").join(name))
    }

    fn there(&self, part: &Path) -> Result<PathBuf> {
        let path = self.folder.join(part);
        if !path.exists() {
            bail!("`{}` is missing in `{}`; run `.ci/tools`", part.display(), self.folder.display());
        }
        Ok(path)
    }

    /// A folder to write into.
    pub(super) fn scratch(&self, name: &str) -> Result<PathBuf> {
        let folder = self.scratch.path().join(name);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
        Ok(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_tool_is_an_error_that_says_how_to_get_it() {
        let folder = tempfile::tempdir().unwrap();
        let error = Toolbox::at(folder.path()).unwrap().call("hadolint").unwrap_err().to_string();
        assert!(error.contains("`bin/hadolint` is missing") && error.contains("run `.ci/tools`"), "{error}");
    }
}
