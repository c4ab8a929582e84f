//! Finds the processes of a folder in the process table, and kills single ones.

use std::fs;
use std::path::Path;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use towel_testkit::eventually;

/// Processes whose command line, environment or working folder names the folder, in words for a message.
pub(crate) fn left_in(folder: &Path) -> Vec<(i32, String)> {
    let mut left = Vec::new();
    for entry in fs::read_dir("/proc").expect("Linux has a process table").flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        if pid != Pid::this().as_raw() && names(&entry.path(), folder) && is_alive(pid) {
            let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            left.push((pid, String::from_utf8_lossy(&command).replace('\0', " ")));
        }
    }
    left
}

fn names(process: &Path, folder: &Path) -> bool {
    let wanted = folder.as_os_str().as_encoded_bytes();
    let holds = |file: &str| {
        let text = fs::read(process.join(file)).unwrap_or_default();
        text.windows(wanted.len()).any(|window| window == wanted)
    };
    if fs::read(process.join("cmdline")).unwrap_or_default().is_empty() {
        // A thread of the kernel, or a process on the last steps of its end.
        return false;
    }
    let within = fs::read_link(process.join("cwd")).is_ok_and(|at| at.starts_with(folder));
    within || holds("cmdline") || holds("environ")
}

/// Whether the process is there and has not ended; one that nobody has reaped yet has ended.
pub(crate) fn is_alive(pid: i32) -> bool {
    let process = Path::new("/proc").join(pid.to_string());
    let Ok(stat) = fs::read_to_string(process.join("stat")) else { return false };
    let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
    // Sockets stay open for as long as a single thread is on its way out.
    let threads = fs::read_dir(process.join("task")).map_or(0, Iterator::count);
    !matches!(state, None | Some('Z' | 'X')) || threads > 1
}

/// SIGKILL, and waits for the end.
pub(crate) fn kill_at_once(pid: i32) {
    // It may have ended by itself a moment ago; its end is what is wanted.
    let _ended_before = kill(Pid::from_raw(pid), Signal::SIGKILL).is_err();
    eventually("a process that got SIGKILL has ended", || !is_alive(pid));
}
