//! Brings what is closer to what shall be: starts missing instances, sends surplus ones away.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use super::core::{Cell, Core, Order, State, view_of};
use super::keeper::Keeper;
use super::memory::Memory;
use super::plan::{Member, Step, plan};
use super::service::ServiceProgram;
use super::store::{Desired, Group, Record};
use crate::{ReleaseId, Workload};

/// Pause before trying again what the disk refused.
const RETRY: Duration = Duration::from_secs(1);

/// Until the engine is dropped.
pub(crate) async fn reconcile_forever(core: Arc<Core>) {
    loop {
        core.wake.notified().await;
        if !reconcile(&core).await {
            sleep(RETRY).await;
            core.wake.notify_one();
        }
    }
}

/// One pass; says whether everything was done.
async fn reconcile(core: &Arc<Core>) -> bool {
    let mut store = core.store.lock().await;
    let mut desired = store.desired().clone();
    let (starts, leaves) = decide(&mut desired, &core.state());
    // Leaving needs no record: a later supervisor decides the same.
    for id in leaves {
        core.send_away(&id);
    }
    // A number is on disk before it is used, so that no crash makes two instances of one id.
    if let Err(error) = store.replace(desired).await {
        let file = core.folders.state.join("engine.json");
        core.notice(format!("instances cannot be started, since `{}` cannot be written: {error}", file.display()));
        return starts.is_empty();
    }
    for (workload, number) in starts {
        core.start_instance(&workload, number);
    }
    true
}

type Starts = Vec<(Workload, u32)>;

fn decide(desired: &mut Desired, state: &State) -> (Starts, Vec<String>) {
    let (mut starts, mut leaves) = (Vec::new(), Vec::new());
    let mut groups = std::mem::take(&mut desired.groups);
    for group in &mut groups {
        let workload = &group.workload;
        let members = members(state, workload.name(), workload.release, &group.replace);
        group.replace.retain(|id| members.iter().any(|member| member.id == *id));
        for step in plan(group.replicas, &members) {
            match step {
                Step::Start => {
                    let number = desired.next_number(workload.name(), workload.release);
                    starts.push((workload.clone(), number));
                }
                Step::Leave(id) => leaves.push(id),
            }
        }
    }
    groups.retain(|group| group.replicas > 0 || has_members(state, group));
    desired.groups = groups;
    (starts, leaves)
}

fn has_members(state: &State, group: &Group) -> bool {
    !members(state, group.workload.name(), group.workload.release, &[]).is_empty()
}

fn members(state: &State, service: &str, release: ReleaseId, replace: &[String]) -> Vec<Member> {
    let of_group =
        |cell: &&Cell| cell.workload.is_some() && cell.view.service == service && cell.view.release == release;
    let member = |cell: &Cell| Member {
        id: cell.view.id.clone(),
        number: cell.number,
        ready: cell.view.is_ready(),
        leaving: cell.leaving,
        replaced: replace.contains(&cell.view.id),
    };
    state.cells.values().filter(of_group).map(member).collect()
}

impl Core {
    /// Tells an instance to drain, stop and be gone.
    pub(crate) fn send_away(&self, id: &str) {
        if let Some(cell) = self.state().cells.get_mut(id) {
            cell.leaving = true;
            cell.orders.send_replace(Order::Leave);
        }
    }

    fn start_instance(self: &Arc<Self>, workload: &Workload, number: u32) {
        let record = Record {
            id: format!("{}-{}-{number}", workload.name(), workload.release),
            number,
            workload: workload.clone(),
            port: None,
            restarts: 0,
            ready: false,
            once_ready: false,
            leaving: false,
            cgroups: Vec::new(),
        };
        if let Err(error) = record.write(&self.folders.instances().join(&record.id)) {
            self.notice(format!("the record of `{}` cannot be written: {error}", record.id));
        }
        self.keep_instance(record);
    }

    /// Starts the keeper of an instance, new or found.
    pub(crate) fn keep_instance(self: &Arc<Self>, record: Record) {
        let workload = Arc::new(record.workload.clone());
        let order = if record.leaving { Order::Leave } else { Order::Run };
        let (orders, heard) = watch::channel(order);
        let (id, number, leaving) = (record.id.clone(), record.number, record.leaving);
        let cell = Cell { view: view_of(&record), number, workload: Some(workload.clone()), leaving, orders };
        self.state().cells.insert(id, cell);
        let program = Arc::new(ServiceProgram::new(self.clone(), workload));
        let keeper = Keeper::new(self.clone(), program, heard, Memory::of_service(self.clone(), record));
        self.spawn(keeper.keep());
        self.changed();
    }
}
