//! What a runbook advises.

use super::scene::Known;
use crate::alarm::Kind;
use crate::docs::runbook::{backup, datastore, platform, service};

/// What a runbook advises.
#[derive(Debug, Default)]
pub(super) struct Advice {
    /// What is the case while it fires.
    pub(super) meaning: String,
    /// What users notice, and what gets worse.
    pub(super) impact: String,
    /// How to find the cause.
    pub(super) find: Vec<(String, Vec<String>)>,
    /// How to end it.
    pub(super) mend: Vec<(String, Vec<String>)>,
    /// How to see that it is over.
    pub(super) over: String,
}

impl Advice {
    pub(super) fn new(meaning: impl Into<String>, impact: impl Into<String>) -> Self {
        Self { meaning: meaning.into(), impact: impact.into(), ..Self::default() }
    }

    /// A step on the way to the cause.
    #[must_use]
    pub(super) fn find(mut self, step: impl Into<String>, commands: Vec<String>) -> Self {
        self.find.push((step.into(), commands));
        self
    }

    /// A step that may end it.
    #[must_use]
    pub(super) fn mend(mut self, step: impl Into<String>, commands: Vec<String>) -> Self {
        self.mend.push((step.into(), commands));
        self
    }

    #[must_use]
    pub(super) fn over(mut self, sign: impl Into<String>) -> Self {
        self.over = sign.into();
        self
    }
}

/// What to do about an alert.
pub(super) fn advice(known: &Known<'_>) -> Advice {
    match known.alarm.kind {
        Kind::ServiceDown => service::down(known),
        Kind::InstancesMissing => service::missing(known),
        Kind::BudgetBurnFast | Kind::BudgetBurnSlow => service::burning(known),
        Kind::ErrorRate => service::failing(known),
        Kind::Latency => service::slow(known),
        Kind::NoTraffic => service::quiet(known),
        Kind::CrashLoop => service::crashing(known),
        Kind::MemoryNearLimit => service::hungry(known),
        Kind::CpuThrottled => service::throttled(known),
        Kind::ScaledToMaximum => service::full(known),
        Kind::RolloutStuck => service::stuck(known),
        Kind::DatastoreDown => datastore::down(known),
        Kind::ConnectionsNearLimit => datastore::crowded(known),
        Kind::DiskFillingUp => datastore::filling(known),
        Kind::ReplicationBroken => datastore::behind(known),
        Kind::CacheFull => datastore::forgetting(known),
        Kind::QueueGrowing => datastore::piling(known),
        Kind::BackupTooOld => backup::old(known),
        Kind::BackupFailed => backup::failed(known),
        Kind::RestoreNotProven => backup::unproven(known),
        Kind::ProbeFailing => platform::unreachable(known),
        Kind::CertificateExpiring => platform::expiring(known),
        Kind::SecretExpiring => platform::aged(known),
        Kind::NodePressure => platform::pressed(known),
        Kind::MonitoringBroken => platform::blind(),
        Kind::Watchdog => platform::watchdog(known),
        Kind::Declared => platform::declared(known),
    }
}
