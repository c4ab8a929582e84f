//! What a keeper remembers of its instance, on disk for a later supervisor and in hand for itself.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use towel_model::Resources;

use super::core::Core;
use super::ports::is_free;
use super::program::Place;
use super::shimmed::{Found, Outcome, Shimmed};
use super::store::Record;

/// The memory of one keeper.
pub(crate) struct Memory {
    core: Arc<Core>,
    folder: PathBuf,
    kind: Kind,
    ready: bool,
    once_ready: bool,
    restarts: u32,
    cgroups: Vec<PathBuf>,
    pub(crate) stop_within: Duration,
}

enum Kind {
    /// A service's instance, with its record.
    Service(Box<Record>),
    /// A datastore, by its name; its data says where it listens.
    Datastore { name: String, address: Option<SocketAddr> },
}

impl Memory {
    /// Of a service's instance, new or found.
    pub(crate) fn of_service(core: Arc<Core>, record: Record) -> Self {
        let folder = core.folders.instances().join(&record.id);
        Self {
            core,
            folder,
            ready: record.ready,
            once_ready: record.once_ready,
            restarts: record.restarts,
            cgroups: record.cgroups.clone(),
            stop_within: *record.workload.service.stop,
            kind: Kind::Service(Box::new(record)),
        }
    }

    /// Of a datastore; it needs no record, since its data says everything.
    pub(crate) fn of_datastore(core: Arc<Core>, name: &str, address: Option<SocketAddr>) -> Self {
        Self {
            folder: core.folders.instances().join(name),
            core,
            kind: Kind::Datastore { name: name.to_owned(), address },
            ready: false,
            once_ready: false,
            restarts: 0,
            cgroups: Vec::new(),
            stop_within: Duration::from_secs(60),
        }
    }

    pub(crate) fn id(&self) -> &str {
        match &self.kind {
            Kind::Service(record) => &record.id,
            Kind::Datastore { name, .. } => name,
        }
    }

    /// The name its log lies under.
    pub(crate) fn service(&self) -> &str {
        match &self.kind {
            Kind::Service(record) => record.workload.name(),
            Kind::Datastore { name, .. } => name,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.ready
    }

    pub(crate) fn once_ready(&self) -> bool {
        self.once_ready
    }

    pub(crate) fn restarts(&self) -> u32 {
        self.restarts
    }

    /// Where it is.
    pub(crate) fn place(&self) -> Place {
        let address = match &self.kind {
            Kind::Service(record) => record.port.map(|port| SocketAddr::from(([127, 0, 0, 1], port))),
            Kind::Datastore { address, .. } => *address,
        };
        Place { id: self.id().to_owned(), address }
    }

    /// Makes the folder in which its shim will work.
    pub(crate) fn make_folder(&self) -> Result<(), String> {
        fs::create_dir_all(&self.folder).map_err(|error| format!("`{}` cannot be made: {error}", self.folder.display()))
    }

    /// Where it will be: where it was, unless somebody else listens there by now.
    pub(crate) fn choose_place(&mut self) -> Result<Place, String> {
        if let Kind::Service(record) = &mut self.kind
            && record.workload.service.port.is_some()
            && !record.port.is_some_and(is_free)
        {
            if let Some(port) = record.port.take() {
                self.core.ports.release(port);
            }
            let none = "no port is free on this machine: every one from 20000 to 31999 is in use";
            record.port = Some(self.core.ports.take().ok_or(none)?);
            self.save();
        }
        Ok(self.place())
    }

    /// The next process gets another port.
    pub(crate) fn give_up_port(&mut self) {
        if let Kind::Service(record) = &mut self.kind
            && let Some(port) = record.port.take()
        {
            self.core.ports.release(port);
        }
    }

    /// The shim that an earlier supervisor started, if it still lives.
    pub(crate) async fn find_shim(&self) -> Option<Shimmed> {
        loop {
            match Shimmed::find(&self.folder, &self.cgroups) {
                Found::Running(shimmed) => return Some(*shimmed),
                Found::Nothing => return None,
                // The supervisor was killed just as the shim started the program.
                Found::Starting => sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// How the process ended that an earlier supervisor started.
    pub(crate) fn outcome_left(&self) -> Option<Outcome> {
        Outcome::left_in(&self.folder, &self.cgroups)
    }

    /// Makes control groups when a limit is declared and this machine lets us; else says so, once.
    pub(crate) fn make_cgroups(&mut self, resources: &Resources) -> Vec<PathBuf> {
        if resources.cpu.is_none() && resources.memory.is_none() {
            return Vec::new();
        }
        let name = format!("towel-{:08x}-{}", self.core.mark(), self.id());
        let hierarchy = self.core.hierarchy();
        let made = hierarchy.and_then(|hierarchy| hierarchy.make(&name, resources).map_err(|error| error.to_string()));
        match made {
            Ok(made) => {
                self.cgroups = made;
                self.save();
            }
            Err(reason) => {
                self.cgroups = Vec::new();
                self.core.notice(format!("limits of memory and cpu are not enforced on this machine: {reason}"));
            }
        }
        self.cgroups.clone()
    }

    /// A new process has not been ready yet, whatever an earlier one was.
    pub(crate) fn begin_process(&mut self) {
        (self.ready, self.once_ready) = (false, false);
        self.save();
    }

    pub(crate) fn note_ready(&mut self, ready: bool) {
        if self.ready != ready {
            self.ready = ready;
            self.once_ready |= ready;
            self.save();
        }
    }

    pub(crate) fn note_leaving(&mut self) {
        if let Kind::Service(record) = &mut self.kind {
            record.leaving = true;
        }
        self.save();
    }

    pub(crate) fn count_restart(&mut self) {
        self.restarts += 1;
        self.save();
    }

    /// Removes what is only of use while it lives.
    pub(crate) fn forget(&mut self) {
        self.give_up_port();
        crate::limits::leave(&self.cgroups);
        if let Err(error) = fs::remove_dir_all(&self.folder)
            && error.kind() != io::ErrorKind::NotFound
        {
            self.core.notice(format!("`{}` could not be removed: {error}", self.folder.display()));
        }
    }

    /// A full disk keeps nobody from serving; what a later supervisor would miss is said.
    fn save(&mut self) {
        let Kind::Service(record) = &mut self.kind else { return };
        record.ready = self.ready;
        record.once_ready = self.once_ready;
        record.restarts = self.restarts;
        record.cgroups.clone_from(&self.cgroups);
        if let Err(error) = record.write(&self.folder) {
            self.core.notice(format!("`{}` could not be written: {error}", self.folder.display()));
        }
    }
}
