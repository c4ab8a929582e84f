//! What the engine must not forget: wanted counts, numbers that were used, and each instance's record.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::shim::{Flush, replace_file};
use crate::{ReleaseId, Workload};

/// The engine's wish, on disk before it is acted upon.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Desired {
    /// Wanted instances, a group per release of a service.
    pub(crate) groups: Vec<Group>,
    /// The last number used, by `SERVICE-rRELEASE`; never goes back.
    pub(crate) numbers: BTreeMap<String, u32>,
}

/// One release of one service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Group {
    /// What its instances are started from.
    pub(crate) workload: Workload,
    /// How many.
    pub(crate) replicas: u32,
    /// Instances that a restart wants to see replaced.
    pub(crate) replace: Vec<String>,
}

impl Desired {
    /// The group of that release.
    pub(crate) fn group_mut(&mut self, service: &str, release: ReleaseId) -> Option<&mut Group> {
        self.groups.iter_mut().find(|group| group.workload.name() == service && group.workload.release == release)
    }

    /// A number that no instance of the release ever had.
    pub(crate) fn next_number(&mut self, service: &str, release: ReleaseId) -> u32 {
        let number = self.numbers.entry(format!("{service}-{release}")).or_default();
        *number += 1;
        *number
    }
}

/// The file of a [`Desired`], and its content.
pub(crate) struct Store {
    path: PathBuf,
    desired: Desired,
}

impl Store {
    /// Reads what an earlier supervisor left. A file that cannot be understood is put aside, never guessed
    /// at; the second value says so.
    pub(crate) fn open(path: PathBuf) -> io::Result<(Self, Option<String>)> {
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok((Self { path, desired: Desired::default() }, None));
            }
            Err(error) => return Err(error),
        };
        match serde_json::from_slice(&text) {
            Ok(desired) => Ok((Self { path, desired }, None)),
            Err(error) => {
                let aside = path.with_extension("unreadable");
                fs::rename(&path, &aside)?;
                let notice = format!(
                    "`{}` could not be understood ({error}) and was put aside as `{}`; running instances are kept",
                    path.display(),
                    aside.display()
                );
                Ok((Self { path, desired: Desired::default() }, Some(notice)))
            }
        }
    }

    /// What is wanted.
    pub(crate) fn desired(&self) -> &Desired {
        &self.desired
    }

    /// Puts a new wish in force once it is safely on disk; when that fails, the old one stays.
    pub(crate) async fn replace(&mut self, desired: Desired) -> io::Result<()> {
        if desired == self.desired {
            return Ok(());
        }
        let (path, text) = (self.path.clone(), serde_json::to_vec(&desired)?);
        let written = tokio::task::spawn_blocking(move || replace_file(&path, &text, Flush::Yes)).await;
        written.map_err(io::Error::other)??;
        self.desired = desired;
        Ok(())
    }
}

/// What a new supervisor must know about an instance besides its shim's status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Its id.
    pub(crate) id: String,
    /// Its number within the release.
    pub(crate) number: u32,
    /// What it is started from.
    pub(crate) workload: Workload,
    /// Its port.
    pub(crate) port: Option<u16>,
    /// Times it was started again.
    pub(crate) restarts: u32,
    /// Whether it is ready.
    pub(crate) ready: bool,
    /// Whether it ever was.
    pub(crate) once_ready: bool,
    /// Whether it was told to leave.
    pub(crate) leaving: bool,
    /// Its control groups.
    pub(crate) cgroups: Vec<PathBuf>,
}

impl Record {
    const FILE: &str = "instance.json";

    /// The record in an instance's folder.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(folder.join(Self::FILE)).ok()?).ok()
    }

    /// Writes it; it need not survive a power cut, since no instance does.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        replace_file(&folder.join(Self::FILE), &serde_json::to_vec(self)?, Flush::No)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_never_used_twice() {
        let mut desired = Desired::default();
        assert_eq!(desired.next_number("api", ReleaseId(1)), 1);
        assert_eq!(desired.next_number("api", ReleaseId(1)), 2);
        assert_eq!(desired.next_number("api", ReleaseId(2)), 1);
    }

    #[test]
    fn a_file_that_cannot_be_understood_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine.json");
        fs::write(&path, "{\"groups\": [").unwrap();
        let (store, notice) = Store::open(path.clone()).unwrap();
        assert_eq!(*store.desired(), Desired::default());
        assert!(notice.unwrap().contains("was put aside as"));
        assert_eq!(fs::read_to_string(path.with_extension("unreadable")).unwrap(), "{\"groups\": [");
    }

    #[tokio::test]
    async fn a_wish_that_cannot_be_written_is_not_in_force() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine.json");
        let (mut store, _) = Store::open(path.clone()).unwrap();
        let mut first = Desired::default();
        first.next_number("api", ReleaseId(1));
        store.replace(first.clone()).await.unwrap();
        // A folder where the new file would be written fails like a full disk, for root as well.
        fs::create_dir(path.with_extension("new")).unwrap();
        let mut second = first.clone();
        second.next_number("api", ReleaseId(1));
        assert!(store.replace(second).await.is_err());
        assert_eq!(*store.desired(), first);
        assert_eq!(*Store::open(path).unwrap().0.desired(), first);
    }
}
