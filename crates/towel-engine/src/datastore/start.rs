//! Starts, finds again and shows the datastores of a product.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;
use towel_model::{Datastore, DatastoreField, DatastoreKind, Reference};

use super::DatastoreView;
use super::facts::{Facts, new_password};
use super::program::{DatastoreProgram, binding, inner_ports};
use crate::local::{Cell, Core, Keeper, Memory, Order, end_process_in, folders_in, is_free, passed_on};
use crate::shim::Status;
use crate::{Instance, InstanceState, Phase, ReleaseId};

impl Core {
    /// From now on there shall be these datastores, and no others. Returns once that is begun.
    pub(crate) async fn start_datastores(self: &Arc<Self>, wanted: &[Datastore]) -> io::Result<()> {
        let names: BTreeSet<&str> = wanted.iter().map(|datastore| datastore.name.as_str()).collect();
        let surplus: Vec<String> = {
            let state = self.state();
            let cells = state.cells.iter().filter(|(_, cell)| cell.workload.is_none());
            cells.map(|(id, _)| id.clone()).filter(|id| !names.contains(id.as_str())).collect()
        };
        for id in surplus {
            self.send_away(&id);
        }
        for datastore in wanted {
            if self.given_from_outside(&datastore.name) {
                self.state().seen_ready.insert(datastore.name.value.clone());
                continue;
            }
            self.start_datastore(datastore)?;
        }
        self.changed();
        self.end_unwanted_servers().await
    }

    /// Whether somebody else says where it is.
    fn given_from_outside(&self, name: &str) -> bool {
        let url = Reference::Datastore { name: name.to_owned(), field: DatastoreField::Url };
        matches!(self.settings.resolve.resolve("", &url), Ok(Some(_)))
    }

    fn start_datastore(self: &Arc<Self>, datastore: &Datastore) -> io::Result<()> {
        let name = datastore.name.as_str();
        if let Some(program) = self.state().datastores.get(name) {
            if program.declare(datastore) {
                self.notice(format!("`{name}` was declared differently: that holds from its next start"));
            }
            return Ok(());
        }
        let folder = self.folders.data().join(name);
        let runs = Status::read(&self.folders.instances().join(name)).is_some_and(|status| status.shim.is_alive());
        let facts = self.facts(&folder, *datastore.kind, runs)?;
        let environment = passed_on(&self.settings.environment);
        let program = Arc::new(DatastoreProgram::new(datastore.clone(), facts.clone(), folder, environment));
        let bound = binding(*datastore.kind, &facts);
        let (orders, heard) = watch::channel(Order::Run);
        let address = bound.as_ref().map(|binding| (binding.host.as_str(), binding.port));
        let view = first_view(name, datastore.version.as_ref().map(|version| version.as_str()), address);
        let memory = Memory::of_datastore(self.clone(), name, view.address);
        {
            let mut state = self.state();
            match bound {
                Some(bound) => drop(state.bindings.insert(name.to_owned(), bound)),
                // Nothing will ever be ready; a service that was given a URL by hand need not wait for it.
                None => drop(state.seen_ready.insert(name.to_owned())),
            }
            state.datastores.insert(name.to_owned(), program.clone());
            let cell = Cell { view, number: 0, workload: None, leaving: false, orders };
            state.cells.insert(name.to_owned(), cell);
        }
        self.spawn(Keeper::new(self.clone(), program, heard, memory).keep());
        Ok(())
    }

    /// The facts that it had before, or new ones.
    fn facts(&self, folder: &Path, kind: DatastoreKind, runs: bool) -> io::Result<Facts> {
        let data = self.folders.data();
        for folder in [data.as_path(), folder] {
            // A server that runs as another user has to pass through; nobody can look around.
            match fs::DirBuilder::new().mode(0o711).create(folder) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                other => other?,
            }
        }
        let known = Facts::read(folder)?;
        if let Some(facts) = &known {
            if facts.kind != kind {
                let reason = "its data was made by another kind of datastore: give it another name, or remove its data";
                return Err(io::Error::other(format!("`{}`: {reason}", folder.display())));
            }
            let mut ports = facts.inner_ports.iter().chain([&facts.port]);
            if runs || ports.all(|port| is_free(*port)) {
                facts.inner_ports.iter().chain([&facts.port]).for_each(|port| self.ports.keep(*port));
                return Ok(facts.clone());
            }
        }
        // It has no ports yet, or somebody else took them while it was down.
        let port = || self.ports.take().ok_or_else(|| io::Error::other("no port is free on this machine"));
        let inner_ports = (0..inner_ports(kind)).map(|_| port()).collect::<io::Result<_>>()?;
        let password = known.map_or_else(new_password, |facts| Ok(facts.password))?;
        let facts = Facts { kind, port: port()?, inner_ports, password };
        facts.write(folder)?;
        Ok(facts)
    }

    /// Remembers where the datastores are, so that a service need not wait for them to be declared again.
    pub(crate) fn remember_bindings(&self) -> io::Result<()> {
        for folder in folders_in(&self.folders.data())? {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if let Some(bound) = Facts::read(&folder)?.and_then(|facts| binding(facts.kind, &facts)) {
                self.state().bindings.insert(name, bound);
            }
        }
        Ok(())
    }

    /// Servers that an earlier supervisor started and nobody wants any more.
    async fn end_unwanted_servers(&self) -> io::Result<()> {
        for folder in folders_in(&self.folders.instances())? {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let known = self.state().cells.contains_key(&name);
            if !known {
                end_process_in(&folder).await;
                fs::remove_dir_all(&folder)?;
            }
        }
        Ok(())
    }

    /// What is known of each datastore.
    pub(crate) fn datastores(&self) -> Vec<DatastoreView> {
        let state = self.state();
        let cells = state.cells.iter().filter(|(_, cell)| cell.workload.is_none());
        cells
            .map(|(name, cell)| DatastoreView {
                name: name.clone(),
                state: cell.view.state.clone(),
                binding: state.bindings.get(name).cloned(),
                pid: cell.view.pid,
                started: cell.view.started,
                restarts: cell.view.restarts,
                last_answer: cell.view.last_answer.clone(),
                last_exit: cell.view.last_exit.clone(),
            })
            .collect()
    }

    /// Removes all data.
    pub(crate) fn remove_volumes(&self) -> io::Result<()> {
        for folder in folders_in(&self.folders.data())? {
            super::house::remove(&folder)?;
        }
        crate::local::remove_if_there(&self.folders.data())
    }
}

/// Keepers show their work in an instance, whatever they keep.
fn first_view(name: &str, version: Option<&str>, address: Option<(&str, u16)>) -> Instance {
    let address = address.and_then(|(host, port)| Some((host.parse::<std::net::IpAddr>().ok()?, port).into()));
    Instance {
        id: name.to_owned(),
        service: name.to_owned(),
        release: ReleaseId(0),
        version: version.unwrap_or_default().to_owned(),
        address,
        state: InstanceState { phase: Phase::Starting, since: Timestamp::now(), reason: String::new() },
        started: None,
        pid: None,
        restarts: 0,
        last_answer: None,
        last_exit: None,
    }
}
