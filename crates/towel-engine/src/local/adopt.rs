//! Finds the instances that an earlier supervisor left running, and takes them over as they are.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::core::{Core, view_of};
use super::shimmed::{Found, Shimmed};
use super::store::{Desired, Group, Record};
use crate::process::boot_id;
use crate::shim::Status;
use crate::{Instance, Phase};

impl Core {
    /// Takes over everything that is there, and says what.
    pub(crate) async fn adopt(self: &Arc<Self>) -> io::Result<Vec<Instance>> {
        self.end_left_tasks().await?;
        self.remember_bindings()?;
        let records: Vec<Record> =
            folders_in(&self.folders.instances())?.iter().filter_map(|folder| Record::read(folder)).collect();
        let mut store = self.store.lock().await;
        let mut desired = store.desired().clone();
        remember(&mut desired, &records);
        store.replace(desired).await?;
        drop(store);
        let mut adopted = Vec::new();
        for record in records {
            if let Some(port) = record.port {
                self.ports.keep(port);
            }
            let view = self.found_view(&record);
            let id = record.id.clone();
            self.keep_instance(record);
            if let Some(view) = view {
                self.show_found(&id, view.clone());
                adopted.push(view);
            }
        }
        self.changed();
        Ok(adopted)
    }

    /// What is known of an instance whose process lives, without asking it: it was ready a moment ago, and
    /// saying otherwise would take it out of the gateway's table.
    fn found_view(&self, record: &Record) -> Option<Instance> {
        let status = Status::read(&self.folders.instances().join(&record.id))?;
        let service = status.service?;
        if status.boot != boot_id() || status.ended.is_some() || !status.shim.is_alive() {
            return None;
        }
        let mut view = view_of(record);
        (view.pid, view.started) = (Some(service.pid), status.started);
        view.state.since = status.started.unwrap_or_else(Timestamp::now);
        view.state.phase = match (record.ready, record.once_ready) {
            (true, _) => Phase::Ready,
            (false, true) => Phase::Unready,
            (false, false) => Phase::Starting,
        };
        Some(view)
    }

    fn show_found(&self, id: &str, view: Instance) {
        let mut state = self.state();
        if view.is_ready() {
            state.seen_ready.insert(view.service.clone());
        }
        if let Some(cell) = state.cells.get_mut(id) {
            cell.view = view;
        }
    }

    /// A command that was run once is run again by whoever still wants it; two at a time could hurt.
    async fn end_left_tasks(&self) -> io::Result<()> {
        for folder in folders_in(&self.folders.tasks())? {
            end_process_in(&folder).await;
            fs::remove_dir_all(&folder)?;
        }
        Ok(())
    }
}

/// Ends the process whose shim has its status in `folder`, if there is one.
pub(crate) async fn end_process_in(folder: &std::path::Path) {
    loop {
        match Shimmed::find(folder, &[]) {
            Found::Running(mut shimmed) => {
                shimmed.stop();
                shimmed.ended().await;
            }
            Found::Starting => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            Found::Nothing => break,
        }
    }
}

/// Groups and numbers as the instances show them, for a wish that was lost.
fn remember(desired: &mut Desired, records: &[Record]) {
    for record in records {
        let (service, release) = (record.workload.name(), record.workload.release);
        let number = desired.numbers.entry(format!("{service}-{release}")).or_default();
        *number = (*number).max(record.number);
        if desired.group_mut(service, release).is_none() {
            let of_group = |other: &&Record| other.workload.name() == service && other.workload.release == release;
            let replicas = records.iter().filter(of_group).filter(|other| !other.leaving).count();
            let replicas = u32::try_from(replicas).unwrap_or(u32::MAX);
            desired.groups.push(Group { workload: record.workload.clone(), replicas, replace: Vec::new() });
        }
    }
}

/// The folders in a folder, by name; none when it is not there.
pub(crate) fn folders_in(folder: &std::path::Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    found.sort();
    Ok(found)
}
