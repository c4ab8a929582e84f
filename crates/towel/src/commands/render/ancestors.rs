//! What edited files were rendered as: rendered again, or else found in the repository's history.

use std::path::Path;
use std::process::{Command, Stdio};

use towel_render::{Base, Lock, Target};

/// How many versions of a file are looked at; one that was rendered longer ago is merged by hand.
const VERSIONS: &str = "100";

/// The last rendering of all files of `targets` that it can be had for. `wanted` are paths for which git is worth asking.
pub(super) fn ancestors(folder: &Path, lock: &Lock, targets: &[Target], wanted: &[String]) -> anyhow::Result<Base> {
    let mut base = Base::rendered_again(lock, targets)?;
    let lacking: Vec<&String> = wanted.iter().filter(|path| base.lacks(path)).collect();
    for path in lacking {
        for contents in in_history(folder, path) {
            if base.offer(lock, path, contents) {
                break;
            }
        }
    }
    Ok(base)
}

/// The versions of `path`, newest first. None without git or a repository: then the merge has no ancestor, and says so
/// by its conflict marks.
fn in_history(folder: &Path, path: &str) -> impl Iterator<Item = String> {
    let log = git(folder, &["log", "--format=%H", "-n", VERSIONS, "--", path]).unwrap_or_default();
    let commits: Vec<String> = log.lines().map(str::to_owned).collect();
    commits.into_iter().filter_map(move |commit| git(folder, &["show", &format!("{commit}:./{path}")]))
}

fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let ended = Command::new("git").arg("-C").arg(folder).args(arguments).stdin(Stdio::null()).output().ok()?;
    ended.status.success().then(|| String::from_utf8(ended.stdout).ok()).flatten()
}
