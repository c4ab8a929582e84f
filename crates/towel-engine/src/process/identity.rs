//! Names a process so that a reused pid is never taken for it.

use std::fs;

use serde::{Deserialize, Serialize};

use super::Stat;

/// A process: its pid, and when it started, since pids are used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct ProcessId {
    /// The pid.
    pub(crate) pid: u32,
    /// Its start in clock ticks since boot (field 22 of `/proc/<pid>/stat`).
    pub(crate) start: u64,
}

impl ProcessId {
    /// The process that has `pid` now.
    pub(crate) fn of(pid: u32) -> Option<Self> {
        Stat::of(pid).map(|stat| Self { pid, start: stat.start })
    }

    /// This process.
    pub(crate) fn own() -> Option<Self> {
        Self::of(std::process::id())
    }

    /// Whether that very process still runs; one that ended and was not waited for does not.
    pub(crate) fn is_alive(self) -> bool {
        Stat::of(self.pid).is_some_and(|stat| stat.start == self.start && !stat.is_zombie())
    }
}

/// Names this boot of the machine, since start times count from zero after each.
pub(crate) fn boot_id() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reused_pid_is_another_process() {
        let own = ProcessId::own().unwrap();
        assert!(own.is_alive());
        assert!(!ProcessId { start: own.start + 1, ..own }.is_alive());
    }
}
