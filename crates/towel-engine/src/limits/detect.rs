//! Finds a control-group hierarchy in which this process may make groups.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Folders in which groups can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hierarchy {
    /// Version 2: one tree.
    Unified {
        /// Its controllers `memory` and `cpu` are switched on for children.
        parent: PathBuf,
    },
    /// Version 1: a tree per controller.
    Separate {
        /// Of the memory controller.
        memory: PathBuf,
        /// Of the CPU controller.
        cpu: PathBuf,
    },
}

impl Hierarchy {
    /// Looks at this process's own groups; the error says why limits cannot be held here.
    pub(crate) fn detect() -> Result<Self, String> {
        let mounts = fs::read_to_string("/proc/self/mounts").map_err(|error| error.to_string())?;
        let own = fs::read_to_string("/proc/self/cgroup").map_err(|error| error.to_string())?;
        let separate = separate_parents(&mounts, &own);
        if let Some((memory, cpu)) = separate {
            may_make_group(&memory).and_then(|()| may_make_group(&cpu)).map_err(|error| refused(&memory, &error))?;
            return Ok(Self::Separate { memory, cpu });
        }
        let Some(parent) = unified_parent(&mounts, &own) else {
            return Err("this machine has no control groups for memory and cpu".to_owned());
        };
        switch_on_controllers(&parent).map_err(|error| refused(&parent, &error))?;
        may_make_group(&parent).map_err(|error| refused(&parent, &error))?;
        Ok(Self::Unified { parent })
    }
}

fn refused(folder: &Path, error: &io::Error) -> String {
    format!("no control group may be made in `{}`: {error}", folder.display())
}

fn separate_parents(mounts: &str, own: &str) -> Option<(PathBuf, PathBuf)> {
    let parent = |controller: &str| {
        let mount = mounts.lines().find_map(|line| mount_of(line, "cgroup", Some(controller)))?;
        Some(own_folder(&mount, own, controller))
    };
    Some((parent("memory")?, parent("cpu")?))
}

fn unified_parent(mounts: &str, own: &str) -> Option<PathBuf> {
    let mount = mounts.lines().find_map(|line| mount_of(line, "cgroup2", None))?;
    let controllers = fs::read_to_string(Path::new(&mount).join("cgroup.controllers")).unwrap_or_default();
    let has = |name: &str| controllers.split_whitespace().any(|controller| controller == name);
    (has("memory") && has("cpu")).then(|| own_folder(&mount, own, ""))
}

/// The mount point, when this line of `/proc/self/mounts` mounts that kind with that option.
fn mount_of(line: &str, kind: &str, option: Option<&str>) -> Option<String> {
    let fields: Vec<&str> = line.split(' ').collect();
    let [_, point, found, options, ..] = fields.as_slice() else { return None };
    let wanted = option.is_none_or(|option| options.split(',').any(|given| given == option));
    (*found == kind && wanted).then(|| (*point).to_owned())
}

/// This process's own group of a controller. In a container its path may lie outside of what is mounted;
/// the mount's top is the own group then.
fn own_folder(mount: &str, own: &str, controller: &str) -> PathBuf {
    let path = own.lines().find_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        let (controllers, path) = (fields.next()?, fields.next()?);
        controllers.split(',').any(|name| name == controller).then_some(path)
    });
    let folder = Path::new(mount).join(path.unwrap_or("/").trim_start_matches('/'));
    if folder.is_dir() { folder } else { PathBuf::from(mount) }
}

/// Version 2 forbids processes in a group whose children have controllers, so this process steps aside
/// into a child of its own when it has to.
fn switch_on_controllers(parent: &Path) -> io::Result<()> {
    let control = parent.join("cgroup.subtree_control");
    let switched = || fs::write(&control, "+memory +cpu");
    match switched() {
        Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
            let aside = parent.join("towel-supervisor");
            fs::create_dir_all(&aside)?;
            fs::write(aside.join("cgroup.procs"), "0")?;
            switched()
        }
        other => other,
    }
}

fn may_make_group(parent: &Path) -> io::Result<()> {
    let trial = parent.join(format!("towel-trial-{}", std::process::id()));
    fs::create_dir(&trial)?;
    fs::remove_dir(&trial)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "tmpfs /sys/fs/cgroup tmpfs rw 0 0\n\
        cgroup /nowhere/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0\n\
        cgroup /nowhere/memory cgroup rw,relatime,memory 0 0\n\
        cgroup2 /nowhere/unified cgroup2 rw,relatime 0 0\n";

    #[test]
    fn each_controller_is_found_by_its_mount() {
        let (memory, cpu) = separate_parents(MOUNTS, "4:memory:/a\n1:cpu,cpuacct:/b\n0::/\n").unwrap();
        assert_eq!((memory, cpu), ("/nowhere/memory".into(), "/nowhere/cpu,cpuacct".into()));
    }

    #[test]
    fn a_unified_hierarchy_without_controllers_is_no_use() {
        assert_eq!(unified_parent(MOUNTS, "0::/\n"), None);
    }

    #[test]
    fn the_own_group_is_used_when_it_is_mounted() {
        let mount = tempfile::tempdir().unwrap();
        fs::create_dir(mount.path().join("own")).unwrap();
        let point = mount.path().to_str().unwrap();
        assert_eq!(own_folder(point, "4:memory:/own\n", "memory"), mount.path().join("own"));
        assert_eq!(own_folder(point, "4:memory:/elsewhere\n", "memory"), mount.path());
    }
}
