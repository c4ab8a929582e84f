//! What instances use: CPU time and memory of all their processes, from `/proc`.

use nix::unistd::{SysconfVar, sysconf};

use super::core::Core;
use crate::process::{Stat, all_processes, descendants};

/// What one instance or datastore uses.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Usage {
    /// The instance's id, or the datastore's name.
    pub id: String,
    /// CPU time of its living processes since they started, in seconds; the difference of two readings over
    /// the time between them is the share of a core.
    pub cpu_seconds: f64,
    /// Resident memory in bytes. Pages that its processes share are counted for each.
    pub memory: u64,
    /// How many processes it has.
    pub processes: u32,
}

impl Core {
    /// Of everything that runs. One look at `/proc` serves all.
    pub(crate) fn usage(&self) -> Vec<Usage> {
        let processes = all_processes();
        let roots: Vec<(String, u32)> =
            self.state().cells.iter().filter_map(|(id, cell)| Some((id.clone(), cell.view.pid?))).collect();
        roots.into_iter().filter_map(|(id, pid)| sum(id, pid, &processes)).collect()
    }
}

fn sum(id: String, pid: u32, processes: &[Stat]) -> Option<Usage> {
    let service = processes.iter().find(|stat| stat.pid == pid)?;
    // The service's parent is its shim, which adopts its orphans, so all its processes descend from there.
    let tree = descendants(service.parent, processes);
    let ticks: u64 = tree.iter().map(|stat| stat.cpu_ticks).sum();
    let pages: u64 = tree.iter().map(|stat| stat.resident_pages).sum();
    Some(Usage {
        id,
        cpu_seconds: ticks as f64 / system(SysconfVar::CLK_TCK, 100) as f64,
        memory: pages * system(SysconfVar::PAGE_SIZE, 4096),
        processes: u32::try_from(tree.len()).unwrap_or(u32::MAX),
    })
}

fn system(variable: SysconfVar, usual: u64) -> u64 {
    sysconf(variable).ok().flatten().and_then(|value| u64::try_from(value).ok()).unwrap_or(usual)
}
