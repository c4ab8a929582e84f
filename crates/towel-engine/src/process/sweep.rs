//! Ends what a process left behind, without ever hitting a stranger that got its pid.

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::{ProcessId, Stat, all_processes};

/// Kills every process of `session` that is not older than its leader was; says how many there were.
///
/// For a service whose shim was killed: the shim led the session, and nobody else may be in it. The kernel
/// gives a pid to no other process while a session of that number has members; so when somebody else has
/// the leader's pid, the session is empty and what bears its number is a stranger's.
pub(crate) fn end_session(leader: ProcessId) -> usize {
    if ProcessId::of(leader.pid).is_some_and(|now| now != leader) {
        return 0;
    }
    let members = |stat: &Stat| stat.session == leader.pid && stat.start >= leader.start && !stat.is_zombie();
    all_processes().into_iter().filter(members).filter(|stat| kill_if_still(stat, &members)).count()
}

/// The descendants of `ancestor`, zombies left out.
pub(crate) fn descendants(ancestor: u32, processes: &[Stat]) -> Vec<Stat> {
    let mut found: Vec<Stat> = Vec::new();
    let mut parents = vec![ancestor];
    while let Some(parent) = parents.pop() {
        for stat in processes.iter().filter(|stat| stat.parent == parent && stat.pid != parent) {
            parents.push(stat.pid);
            if !stat.is_zombie() {
                found.push(*stat);
            }
        }
    }
    found
}

/// Holds the process by a descriptor first and looks again, so that the pid cannot change hands in between.
fn kill_if_still(stat: &Stat, belongs: &impl Fn(&Stat) -> bool) -> bool {
    let Some(pid) = i32::try_from(stat.pid).ok().and_then(Pid::from_raw) else { return false };
    let Ok(held) = pidfd_open(pid, PidfdFlags::empty()) else { return false };
    let same = Stat::of(stat.pid).is_some_and(|now| now.start == stat.start && belongs(&now));
    same && pidfd_send_signal(held, Signal::KILL).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_killed_when_the_leaders_pid_was_used_again() {
        let mut child = std::process::Command::new("setsid").args(["--wait", "sleep", "60"]).spawn().unwrap();
        let session = loop {
            if let Some(stat) =
                descendants(child.id(), &all_processes()).into_iter().find(|stat| stat.session == stat.pid)
            {
                break stat;
            }
            if let Some(stat) = Stat::of(child.id()).filter(|stat| stat.session == stat.pid) {
                break stat;
            }
        };
        assert_eq!(end_session(ProcessId { pid: session.pid, start: session.start - 1 }), 0);
        assert_eq!(child.try_wait().unwrap(), None);
        assert!(end_session(ProcessId { pid: session.pid, start: session.start }) > 0);
        child.wait().unwrap();
    }
}
