//! Takes requests for deploys and rollbacks, or says why not.

use std::sync::Arc;
use std::time::Duration;

use towel_check::CheckedStack;
use towel_engine::{Engine, ReleaseId};
use towel_model::{Freeze, Service};

use super::plan::least_time;
use super::slot::Slot;
use super::{DeployRequest, Driver, Refused};
use crate::freeze::{Hit, is_frozen, next_change};
use crate::journal::{Audit, EventKind, Release, ReleaseState, Request, RolloutId};
use crate::machine::{Cause, CauseKind, Kind, Order, Outcome};
use crate::traffic::Traffic;

impl<E: Engine, T: Traffic> Driver<E, T> {
    /// Ships a version with the configuration that the stack gives the service. A rollout of the
    /// same service that is underway is taken back first.
    pub async fn deploy(self: &Arc<Self>, stack: &CheckedStack, request: &DeployRequest) -> Result<RolloutId, Refused> {
        let Some(service) = stack.service(&request.service) else {
            let known: Vec<String> = stack.services.iter().map(|service| format!("`{}`", service.name)).collect();
            return Err(Refused::UnknownService { service: request.service.clone(), known: known.join(", ") });
        };
        self.journal.lock(&self.settings.owner)?;
        let overridden = self.check_freezes(service, &stack.freezes, request)?;
        self.check_news(service, &request.version)?;
        let release =
            self.journal.add_release(service, &request.version, &request.by, request.why.as_deref(), self.now())?;
        let record = Request {
            kind: Kind::Deploy,
            version: request.version.clone(),
            by: request.by.clone(),
            why: request.why.clone(),
            freezes: if overridden.is_some() { Vec::new() } else { stack.freezes.clone() },
            overridden,
        };
        self.enqueue(&request.service, release.id(), &record)
    }

    /// Goes back to an earlier release that was healthy, with its configuration: the one before
    /// the stable one, or the latest of `version`. Without a version, a rollout that is underway
    /// is taken back instead.
    pub async fn rollback(
        self: &Arc<Self>,
        service: &str,
        version: Option<&str>,
        by: &str,
    ) -> Result<RolloutId, Refused> {
        self.journal.lock(&self.settings.owner)?;
        if let (None, Some(id)) = (version, self.send_back(service, by)) {
            self.audit(by, service, format!("rollback of rollout {id}"), None)?;
            return Ok(id);
        }
        let release = self.earlier(service, version)?;
        let record = Request {
            kind: Kind::Rollback,
            version: release.version().to_owned(),
            by: by.to_owned(),
            why: None,
            overridden: None,
            freezes: Vec::new(),
        };
        self.enqueue(service, release.id(), &record)
    }

    fn check_freezes(
        &self,
        service: &Service,
        freezes: &[Freeze],
        request: &DeployRequest,
    ) -> Result<Option<String>, Refused> {
        let now = self.now();
        let word = request.override_word.as_deref();
        let wrong_word = word.is_some();
        let let_through = |hit: &Hit| hit.lets_through(word).then(|| hit.name.clone());
        if let Some(hit) = is_frozen(now, freezes) {
            return match let_through(&hit) {
                Some(name) => Ok(Some(name)),
                None => Err(self.note_refusal(request, Refused::Frozen { hit, wrong_word })),
            };
        }
        let least = least_time(service, self.journal.stable(&request.service)?.is_some());
        let Some(change) = next_change(now, freezes) else { return Ok(None) };
        let begins_in = Duration::try_from(change.at.duration_since(now)).unwrap_or_default();
        match change.into {
            Some(hit) if begins_in < least => match let_through(&hit) {
                Some(name) => Ok(Some(name)),
                None => Err(self.note_refusal(request, Refused::FreezeBegins { hit, begins_in, least, wrong_word })),
            },
            _ => Ok(None),
        }
    }

    /// A refused deploy is part of the story of an event day.
    fn note_refusal(&self, request: &DeployRequest, refused: Refused) -> Refused {
        let what = format!("deploy of {} refused: {refused}", request.version);
        match self.audit(&request.by, &request.service, what, request.why.as_deref()) {
            Ok(()) => refused,
            Err(error) => error,
        }
    }

    fn check_news(&self, service: &Service, version: &str) -> Result<(), Refused> {
        let name = service.name.value.as_str();
        let is_same = |release: &Release| release.version() == version && release.workload.service == *service;
        let running = self.slots().get(name).map(|slot| (slot.running, slot.waiting));
        let Some((running, waiting)) = running else {
            return match self.journal.stable(name)? {
                Some(stable) if is_same(&stable) => {
                    Err(Refused::AlreadyThere { service: name.to_owned(), version: version.to_owned() })
                }
                _ => Ok(()),
            };
        };
        let rollout = waiting.unwrap_or(running);
        let Some(record) = self.journal.rollout(rollout)? else { return Ok(()) };
        match self.journal.release(record.release)? {
            Some(release) if is_same(&release) && self.is_going_forward(name) => {
                Err(Refused::Underway { service: name.to_owned(), version: version.to_owned(), rollout })
            }
            _ => Ok(()),
        }
    }

    fn earlier(&self, service: &str, version: Option<&str>) -> Result<Release, Refused> {
        let stable = self.journal.stable(service)?.map(|release| release.id());
        let releases = self.journal.releases(service)?;
        let fits = |release: &&Release| match version {
            Some(version) => {
                release.version() == version && matches!(release.state, ReleaseState::Healthy | ReleaseState::Withdrawn)
            }
            None => release.state == ReleaseState::Healthy && Some(release.id()) < stable,
        };
        let found = releases.iter().filter(|release| Some(release.id()) != stable).find(fits);
        found.cloned().ok_or_else(|| {
            let may_be_named = |release: &&Release| {
                matches!(release.state, ReleaseState::Healthy | ReleaseState::Withdrawn) && Some(release.id()) != stable
            };
            let mut known: Vec<&str> = releases.iter().filter(may_be_named).map(Release::version).collect();
            known.sort_unstable();
            known.dedup();
            let reason = match (version, known.is_empty()) {
                (_, true) => "no earlier version was healthy here".to_owned(),
                (Some(version), false) => {
                    format!("`{version}` was never healthy here or serves already; there are {}", known.join(", "))
                }
                (None, false) => format!("name the version; there are {}", known.join(", ")),
            };
            Refused::NothingToGoBackTo { service: service.to_owned(), reason }
        })
    }

    fn enqueue(self: &Arc<Self>, service: &str, release: ReleaseId, request: &Request) -> Result<RolloutId, Refused> {
        let id = self.journal.add_rollout(service, release, request, self.now())?;
        let what = match request.kind {
            Kind::Deploy => format!("deploy of {}", request.version),
            Kind::Rollback => format!("rollback to {}", request.version),
        };
        let why = match &request.overridden {
            Some(freeze) => {
                Some(format!("freeze `{freeze}` overridden; {}", request.why.as_deref().unwrap_or("no reason given")))
            }
            None => request.why.clone(),
        };
        self.audit(&request.by, service, what.clone(), why.as_deref())?;
        self.emit(service, Some(id), EventKind::Requested, format!("{what} asked for by {}", request.by));
        let overtaken = self.place(service, id, &request.version);
        if let Some(overtaken) = overtaken {
            self.end_unbegun(overtaken, &request.version)?;
        }
        Ok(id)
    }

    /// Puts the rollout in its service's place; returns the one that waited there until now.
    fn place(self: &Arc<Self>, service: &str, id: RolloutId, version: &str) -> Option<RolloutId> {
        let mut slots = self.slots();
        if let Some(slot) = slots.get_mut(service) {
            slot.order(Order::Supersede { version: version.to_owned() });
            return slot.waiting.replace(id);
        }
        let slot = self.spawn(service, id);
        slots.insert(service.to_owned(), slot);
        None
    }

    pub(super) fn end_unbegun(&self, id: RolloutId, newer: &str) -> Result<(), Refused> {
        let message = format!("superseded by the deploy of `{newer}` before it began");
        let outcome = Outcome::Failed { cause: Cause::new(CauseKind::Superseded, message) };
        self.journal.end_rollout(id, &outcome, self.now())?;
        self.ended.send_modify(|count| *count += 1);
        Ok(())
    }

    pub(super) fn audit(&self, by: &str, service: &str, what: String, why: Option<&str>) -> Result<(), Refused> {
        let (by, service, why) = (by.to_owned(), service.to_owned(), why.map(str::to_owned));
        Ok(self.journal.add_audit(&Audit { at: self.now(), by, service, what, why })?)
    }

    fn spawn(self: &Arc<Self>, service: &str, id: RolloutId) -> Slot {
        super::resume::spawn(self, service, id)
    }
}
