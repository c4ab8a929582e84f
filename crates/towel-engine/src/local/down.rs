//! Ends the whole product: services before what they need, datastores last.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::sync::Arc;

use super::adopt::{end_process_in, folders_in};
use super::core::{Core, State};
use super::store::Desired;

impl Core {
    /// Until nothing runs and nothing of `run/` is left.
    pub(crate) async fn shut_down(self: &Arc<Self>) -> io::Result<()> {
        let mut store = self.store.lock().await;
        let numbers = store.desired().numbers.clone();
        // From here on nobody starts anything again.
        store.replace(Desired { groups: Vec::new(), numbers }).await?;
        drop(store);
        let mut changes = self.changes();
        loop {
            changes.borrow_and_update();
            let next = next_to_leave(&self.state());
            let Some(next) = next else { break };
            for id in next {
                self.send_away(&id);
            }
            if changes.changed().await.is_err() {
                break;
            }
        }
        for folder in folders_in(&self.folders.instances())? {
            end_process_in(&folder).await;
        }
        for folder in folders_in(&self.folders.tasks())? {
            end_process_in(&folder).await;
        }
        remove_if_there(&self.folders.instances())?;
        remove_if_there(&self.folders.tasks())
    }
}

/// Those on which no living service depends; none when nothing lives. Datastores need nobody, so they go
/// when the services that need them have gone.
fn next_to_leave(state: &State) -> Option<Vec<String>> {
    if state.cells.is_empty() {
        return None;
    }
    let needed: BTreeSet<&str> = state
        .cells
        .values()
        .filter_map(|cell| cell.workload.as_ref())
        .flat_map(|workload| workload.service.needs.iter().map(|need| need.as_str()))
        .collect();
    let any_service = state.cells.values().any(|cell| cell.workload.is_some());
    let may_leave = |needed_too: bool| -> Vec<String> {
        let free = |name: &str| needed_too || !needed.contains(name);
        let cells = state.cells.iter().filter(|(_, cell)| cell.workload.is_some() || !any_service);
        cells.filter(|(_, cell)| free(&cell.view.service)).map(|(id, _)| id.clone()).collect()
    };
    let free = may_leave(false);
    // Services that need each other in a circle leave together.
    Some(if free.is_empty() { may_leave(true) } else { free })
}

pub(crate) fn remove_if_there(folder: &std::path::Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
