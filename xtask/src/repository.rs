//! The repository: where it is, what files it has, and its packages.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use cargo_metadata::{Metadata, MetadataCommand};

/// The topmost folder.
pub(crate) fn root() -> Result<PathBuf> {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    Ok(own.parent().context("xtask lies in the repository's topmost folder")?.to_owned())
}

/// A text file.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    /// From the topmost folder, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// All text files that are kept, or would be kept, in version control.
pub(crate) fn texts() -> Result<Vec<Text>> {
    let root = root()?;
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(&root)
        .output()
        .context("cannot run git")?;
    ensure!(output.status.success(), "git cannot list the files of `{}`", root.display());
    let list = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
    let mut texts = Vec::new();
    for path in list.split('\0').filter(|path| !path.is_empty()) {
        // Deleted and not committed yet, or no text: nothing to look at.
        if let Ok(text) = std::fs::read_to_string(root.join(path)) {
            texts.push(Text { path: path.to_owned(), text });
        }
    }
    texts.sort_by(|one, other| one.path.cmp(&other.path));
    texts.dedup_by(|one, other| one.path == other.path);
    ensure!(!texts.is_empty(), "git knows no file in `{}`", root.display());
    Ok(texts)
}

/// The workspace's packages.
pub(crate) fn metadata() -> Result<Metadata> {
    let manifest = root()?.join("Cargo.toml");
    MetadataCommand::new().manifest_path(manifest).no_deps().exec().context("cannot read the workspace")
}

/// Builds `towel` with these cargo arguments and returns where the program is.
pub(crate) fn build_towel(arguments: &[&str]) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--package", "towel", "--bin", "towel"])
        .args(arguments)
        .current_dir(root()?)
        .status()
        .context("cannot run cargo")?;
    ensure!(built.success(), "towel cannot be built");
    let profile = if arguments.contains(&"--release") { "release" } else { "debug" };
    Ok(metadata()?.target_directory.join(profile).join("towel").into_std_path_buf())
}
