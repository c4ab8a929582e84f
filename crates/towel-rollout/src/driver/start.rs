//! Brings every service to its stable release, as `towel up` does.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::time::sleep;
use towel_check::CheckedStack;
use towel_engine::{Engine, ReleaseId};
use towel_model::Service;

use super::plan::wanted;
use super::{Driver, Refused};
use crate::journal::{EventKind, Release, ReleaseState};
use crate::traffic::{Share, Traffic};

/// What `start` did with one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// The service.
    pub service: String,
    /// Its stable release.
    pub release: ReleaseId,
    /// Its version.
    pub version: String,
    /// Whether this is its first release.
    pub created: bool,
    /// Whether the file now says something else than the release: deploy it to apply that.
    pub changed: bool,
}

impl<E: Engine, T: Traffic> Driver<E, T> {
    /// Brings every service of the stack to its stable release, or to a first one at the version
    /// given in `versions` (else `default_version`); stops services that the stack no longer
    /// has. Services that are being shipped are left to their rollouts.
    pub async fn start(
        self: &Arc<Self>,
        stack: &CheckedStack,
        versions: &BTreeMap<String, String>,
        default_version: &str,
    ) -> Result<Vec<Started>, Refused> {
        self.journal.lock(&self.settings.owner)?;
        let mut started = Vec::new();
        for service in &stack.services {
            if self.running(&service.name).is_some() {
                continue;
            }
            let version = versions.get(&service.name.value).map_or(default_version, String::as_str);
            started.push(self.start_one(service, version).await?);
        }
        for name in self.journal.services()? {
            if stack.service(&name).is_none() {
                self.remove(&name).await?;
            }
        }
        Ok(started)
    }

    async fn start_one(self: &Arc<Self>, service: &Service, version: &str) -> Result<Started, Refused> {
        let name = service.name.value.as_str();
        let stable = self.journal.stable(name)?;
        let created = stable.is_none();
        let stable = match stable {
            Some(stable) => stable,
            None => self.first_release(service, version)?,
        };
        let scale = self.journal.scale(name)?;
        self.engine.apply(&stable.workload, wanted(&stable.workload.service, scale)).await?;
        if stable.workload.service.port.is_some() {
            let epoch = self.next_epoch(name, 0).await;
            let shares = [Share { release: stable.id(), weight: 1.0 }];
            if let Err(error) = self.traffic.split(name, epoch, &shares).await {
                self.emit(name, None, EventKind::Alert, error.to_string());
            }
        }
        if stable.state == ReleaseState::New {
            self.note_when_ready(&stable);
        }
        Ok(Started {
            service: name.to_owned(),
            release: stable.id(),
            changed: stable.workload.service != *service,
            version: stable.workload.version,
            created,
        })
    }

    fn first_release(&self, service: &Service, version: &str) -> Result<Release, Refused> {
        let release = self.journal.add_release(service, version, "towel", Some("first start"), self.now())?;
        self.journal.set_stable(&service.name, Some(release.id()))?;
        Ok(release)
    }

    /// A first release counts as healthy, and may be gone back to, once all of it was ready.
    fn note_when_ready(self: &Arc<Self>, release: &Release) {
        let (driver, id) = (Arc::clone(self), release.id());
        let (service, version) = (release.workload.name().to_owned(), release.workload.version.clone());
        let wanted = wanted(&release.workload.service, None) as usize;
        tokio::spawn(async move {
            let mut changes = driver.engine.changes();
            loop {
                changes.borrow_and_update();
                let instances = driver.engine.observe().await.unwrap_or_default();
                let ready = instances.iter().filter(|instance| instance.release == id && instance.is_ready()).count();
                if ready >= wanted.max(1) {
                    break;
                }
                tokio::select! {
                    changed = changes.changed() => if changed.is_err() { return },
                    () = sleep(driver.settings.poll * 10) => {}
                }
            }
            let kept = driver.journal.set_release_state(id, ReleaseState::Healthy);
            match kept {
                Ok(()) => driver.emit(&service, None, EventKind::Healthy, format!("`{version}` is ready")),
                Err(error) => driver.emit(&service, None, EventKind::Alert, error.to_string()),
            }
        });
    }

    async fn remove(&self, service: &str) -> Result<(), Refused> {
        if let Some(stable) = self.journal.stable(service)? {
            self.engine.apply(&stable.workload, 0).await?;
            self.journal.set_stable(service, None)?;
            self.emit(service, None, EventKind::Changed, "stopped: the file no longer has this service");
        }
        Ok(())
    }
}
