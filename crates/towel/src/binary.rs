//! Whether a running process is this very binary, or an older one that should make way.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Whether the process runs the file at `program`. A process that cannot be looked at counts as
/// the same: replacing it would fail as well.
pub(crate) fn runs(pid: u32, program: &Path) -> bool {
    // Following the link gives the file itself, also after another was put in its place.
    let running = std::fs::metadata(format!("/proc/{pid}/exe"));
    let (Ok(running), Ok(ours)) = (running, std::fs::metadata(program)) else { return true };
    (running.dev(), running.ino()) == (ours.dev(), ours.ino())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_runs_its_own_binary_and_no_copy_of_it() {
        let own = std::env::current_exe().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy");
        std::fs::copy(&own, &copy).unwrap();
        assert!(runs(std::process::id(), &own));
        assert!(!runs(std::process::id(), &copy));
    }
}
