//! Programs that judge what was rendered; one that is missing is a failure.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where a program is: among the tools of CI, or installed.
pub(crate) fn find(names: &[&str]) -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let tools = std::env::var_os("TOWEL_TOOLS").map_or_else(|| home.join(".cache/towel-tools"), PathBuf::from);
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(tools.join("bin")).chain(std::env::split_paths(&paths));
    let all = folders.flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    all.into_iter().find(|path| path.is_file()).unwrap_or_else(|| panic!("{names:?} is not installed"))
}

/// Runs it and returns what it said; panics with that when it did not end well.
pub(crate) fn accepts<A: AsRef<OsStr>>(program: &Path, arguments: impl IntoIterator<Item = A>) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}: {said}", program.display());
    said
}
