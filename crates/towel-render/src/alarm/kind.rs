//! What an alert is about.

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// No instance of a service can be scraped.
    ServiceDown,
    /// Part of the instances cannot be scraped.
    InstancesMissing,
    /// An error budget is spent too fast to wait.
    BudgetBurnFast,
    /// An error budget is spent too fast for the period.
    BudgetBurnSlow,
    /// Too many requests fail.
    ErrorRate,
    /// Answers are slower than promised.
    Latency,
    /// A promise has no traffic to be judged by.
    NoTraffic,
    /// Instances start again and again.
    CrashLoop,
    /// Memory is nearly at its limit.
    MemoryNearLimit,
    /// The processor is held back at its limit.
    CpuThrottled,
    /// Autoscaling is at its end.
    ScaledToMaximum,
    /// A rollout hangs.
    RolloutStuck,
    /// A datastore does not answer.
    DatastoreDown,
    /// Most connections are taken.
    ConnectionsNearLimit,
    /// A volume or disk fills up.
    DiskFillingUp,
    /// A replica is behind or gone.
    ReplicationBroken,
    /// A cache gives up keys, or its memory ends.
    CacheFull,
    /// Messages pile up.
    QueueGrowing,
    /// The last good backup is older than the objective.
    BackupTooOld,
    /// A backup failed.
    BackupFailed,
    /// A restore has not been practised, or did not work.
    RestoreNotProven,
    /// A URL does not answer from outside.
    ProbeFailing,
    /// A certificate ends soon.
    CertificateExpiring,
    /// A secret is due to be replaced.
    SecretExpiring,
    /// A node is out of disk or memory.
    NodePressure,
    /// Prometheus cannot do its work.
    MonitoringBroken,
    /// Always fires, so that silence is noticed.
    Watchdog,
    /// Declared in `towel.yaml`.
    Declared,
}

impl Kind {
    /// The label `symptom`: what hides behind a graver alert of the same symptom is told by that alone.
    pub(crate) const fn symptom(self) -> &'static str {
        match self {
            Self::ServiceDown | Self::InstancesMissing | Self::DatastoreDown => "down",
            Self::BudgetBurnFast | Self::BudgetBurnSlow => "budget",
            Self::ErrorRate => "errors",
            Self::Latency => "latency",
            Self::NoTraffic => "traffic",
            Self::CrashLoop | Self::RolloutStuck => "rollout",
            Self::MemoryNearLimit | Self::CpuThrottled | Self::ScaledToMaximum => "resources",
            Self::ConnectionsNearLimit => "connections",
            Self::DiskFillingUp => "disk",
            Self::ReplicationBroken => "replication",
            Self::CacheFull => "memory",
            Self::QueueGrowing => "queue",
            Self::BackupTooOld | Self::BackupFailed | Self::RestoreNotProven => "backup",
            Self::ProbeFailing => "probe",
            Self::CertificateExpiring => "certificate",
            Self::SecretExpiring => "secret",
            Self::NodePressure => "node",
            Self::MonitoringBroken => "monitoring",
            Self::Watchdog => "watchdog",
            Self::Declared => "declared",
        }
    }

    /// The label that names an alert's subject, where it has one.
    pub(crate) const fn subject_label(self) -> Option<&'static str> {
        match self {
            Self::ServiceDown
            | Self::InstancesMissing
            | Self::BudgetBurnFast
            | Self::BudgetBurnSlow
            | Self::ErrorRate
            | Self::Latency
            | Self::NoTraffic
            | Self::CrashLoop
            | Self::MemoryNearLimit
            | Self::CpuThrottled
            | Self::ScaledToMaximum
            | Self::RolloutStuck => Some("service"),
            Self::DatastoreDown
            | Self::ConnectionsNearLimit
            | Self::DiskFillingUp
            | Self::ReplicationBroken
            | Self::CacheFull
            | Self::QueueGrowing
            | Self::BackupTooOld
            | Self::BackupFailed
            | Self::RestoreNotProven => Some("datastore"),
            Self::SecretExpiring => Some("secret"),
            Self::ProbeFailing
            | Self::CertificateExpiring
            | Self::NodePressure
            | Self::MonitoringBroken
            | Self::Watchdog
            | Self::Declared => None,
        }
    }
}
