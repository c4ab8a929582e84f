//! One instance's control groups: made before it starts, asked when it ended, removed after it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use towel_model::Resources;

use super::Hierarchy;

/// Length of the CPU controller's period, in microseconds: the kernel's default.
const PERIOD: u64 = 100_000;

impl Hierarchy {
    /// Makes the groups of an instance with its limits set; none when it declares no limit.
    pub(crate) fn make(&self, name: &str, resources: &Resources) -> io::Result<Vec<PathBuf>> {
        let mut made = Vec::new();
        let done = self.make_each(name, resources, &mut made);
        if done.is_err() {
            leave(&made);
        }
        done.map(|()| made)
    }

    fn make_each(&self, name: &str, resources: &Resources, made: &mut Vec<PathBuf>) -> io::Result<()> {
        let memory = resources.memory.map(|memory| memory.max.0);
        let cpu = resources.cpu.map(|cpu| (u64::from(cpu.min.0), u64::from(cpu.max.0)));
        match self {
            Self::Unified { parent } if memory.is_some() || cpu.is_some() => {
                let group = new_group(parent, name, made)?;
                if let Some(bytes) = memory {
                    write(&group, "memory.max", bytes)?;
                    // One process of the service killed alone leaves the rest in a state nobody tested.
                    write(&group, "memory.oom.group", 1)?;
                }
                if let Some((request, limit)) = cpu {
                    fs::write(group.join("cpu.max"), format!("{} {PERIOD}", limit * PERIOD / 1000))?;
                    write(&group, "cpu.weight", (request / 10).clamp(1, 10_000))?;
                }
            }
            Self::Unified { .. } => {}
            Self::Separate { memory: memory_parent, cpu: cpu_parent } => {
                if let Some(bytes) = memory {
                    write(&new_group(memory_parent, name, made)?, "memory.limit_in_bytes", bytes)?;
                }
                if let Some((request, limit)) = cpu {
                    let group = new_group(cpu_parent, name, made)?;
                    write(&group, "cpu.cfs_quota_us", limit * PERIOD / 1000)?;
                    write(&group, "cpu.shares", (request * 1024 / 1000).max(2))?;
                }
            }
        }
        Ok(())
    }
}

fn new_group(parent: &Path, name: &str, made: &mut Vec<PathBuf>) -> io::Result<PathBuf> {
    let group = parent.join(name);
    match fs::create_dir(&group) {
        // Left by a process that was killed together with its shim.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => other?,
    }
    if !made.contains(&group) {
        made.push(group.clone());
    }
    Ok(group)
}

fn write(group: &Path, file: &str, value: u64) -> io::Result<()> {
    fs::write(group.join(file), value.to_string())
}

/// Whether the kernel killed a process of these groups at the memory limit.
pub(crate) fn out_of_memory(groups: &[PathBuf]) -> bool {
    groups.iter().any(|group| {
        ["memory.events", "memory.oom_control"].iter().any(|file| {
            let text = fs::read_to_string(group.join(file)).unwrap_or_default();
            text.lines().filter_map(|line| line.strip_prefix("oom_kill ")).any(|count| count.trim() != "0")
        })
    })
}

/// Removes the groups; one that still has a process in it stays, and is removed with the next process's.
pub(crate) fn leave(groups: &[PathBuf]) {
    for group in groups {
        let _busy_or_gone = fs::remove_dir(group);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use towel_model::{Cpu, Range, Size};

    fn resources() -> Resources {
        Resources {
            cpu: Some(Range { min: Cpu(200), max: Cpu(500) }.into()),
            memory: Some(Range { min: Size(1 << 28), max: Size(1 << 29) }.into()),
        }
    }

    fn content(path: &Path) -> String {
        fs::read_to_string(path).unwrap()
    }

    #[test]
    fn the_unified_hierarchy_gets_one_group_with_both_limits() {
        let root = tempfile::tempdir().unwrap();
        let hierarchy = Hierarchy::Unified { parent: root.path().to_path_buf() };
        let groups = hierarchy.make("api-r1-1", &resources()).unwrap();
        let [group] = groups.as_slice() else { panic!("{groups:?}") };
        assert_eq!(content(&group.join("memory.max")), "536870912");
        assert_eq!(content(&group.join("cpu.max")), "50000 100000");
        assert_eq!(content(&group.join("cpu.weight")), "20");
    }

    #[test]
    fn separate_hierarchies_get_a_group_each() {
        let root = tempfile::tempdir().unwrap();
        let (memory, cpu) = (root.path().join("memory"), root.path().join("cpu"));
        fs::create_dir_all(&memory).unwrap();
        fs::create_dir_all(&cpu).unwrap();
        let hierarchy = Hierarchy::Separate { memory: memory.clone(), cpu: cpu.clone() };
        hierarchy.make("api-r1-1", &resources()).unwrap();
        assert_eq!(content(&memory.join("api-r1-1/memory.limit_in_bytes")), "536870912");
        assert_eq!(content(&cpu.join("api-r1-1/cpu.cfs_quota_us")), "50000");
        assert_eq!(content(&cpu.join("api-r1-1/cpu.shares")), "204");
    }

    #[test]
    fn an_instance_without_limits_gets_no_group() {
        let root = tempfile::tempdir().unwrap();
        let hierarchy = Hierarchy::Unified { parent: root.path().to_path_buf() };
        assert!(hierarchy.make("api-r1-1", &Resources::default()).unwrap().is_empty());
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_kill_at_the_memory_limit_is_told_from_none() {
        let root = tempfile::tempdir().unwrap();
        let group = root.path().to_path_buf();
        fs::write(group.join("memory.events"), "low 0\noom 1\noom_kill 0\n").unwrap();
        assert!(!out_of_memory(std::slice::from_ref(&group)));
        fs::write(group.join("memory.oom_control"), "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n").unwrap();
        assert!(out_of_memory(&[group]));
    }
}
