//! Ends a service's processes, the strays that left its process group included.

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use super::StopPlan;
use crate::process::{all_processes, descendants};

/// Asks the service to end.
pub(crate) fn ask(service: Pid, plan: StopPlan) {
    let signal = Signal::try_from(plan.signal).unwrap_or(Signal::SIGTERM);
    // An answer of "no such process" means that it ended by itself; the shim hears of that anyway.
    let _ended = if plan.whole_group { killpg(service, signal) } else { kill(service, signal) };
}

/// Asks what is left after the service's first process ended to end, too. Those in `asked`, a group, have
/// been asked already; a second signal makes some programs drop their work.
pub(crate) fn ask_rest(asked: Option<Pid>) {
    signal_descendants(Signal::SIGTERM, asked);
}

/// Kills everything. `service` is given while its first process was not waited for: until then nobody else
/// can have its group.
pub(crate) fn kill_all(service: Option<Pid>) {
    if let Some(group) = service {
        let _ended = killpg(group, Signal::SIGKILL);
    }
    signal_descendants(Signal::SIGKILL, None);
}

/// Reaches those that left the group, too: this shim adopts orphans, so all are its descendants.
fn signal_descendants(signal: Signal, except: Option<Pid>) {
    let spared = except.map(|group| group.as_raw().unsigned_abs());
    for stat in descendants(std::process::id(), &all_processes()) {
        if spared == Some(stat.group) {
            continue;
        }
        if let Ok(pid) = i32::try_from(stat.pid) {
            let _ended = kill(Pid::from_raw(pid), signal);
        }
    }
}
