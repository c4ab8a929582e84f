//! The list of alerts that rules, routes, runbooks and their tests are all made from.

use std::time::Duration;

use towel_check::CheckedStack;
use towel_model::Severity;

/// One alert, whatever it is about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Alarm {
    /// `ApiErrorBudgetBurnFast`: unique in the product, and the name of its runbook.
    pub(crate) name: String,
    /// What it is about, which also says how its runbook reads.
    pub(crate) kind: Kind,
    /// The service, datastore or other thing; empty for the platform.
    pub(crate) subject: String,
    /// PromQL.
    pub(crate) expression: String,
    /// How long it must hold.
    pub(crate) hold: Duration,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// The owning team, when there is one.
    pub(crate) team: Option<String>,
    /// One line for people, with Prometheus' `{{ $labels… }}` and `{{ $value }}`.
    pub(crate) summary: String,
    /// What it means and what the numbers are.
    pub(crate) description: String,
    /// Unit tests: what has to make it fire, and what has not to.
    pub(crate) cases: Vec<Case>,
}

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
    /// A node is out of disk or memory.
    NodePressure,
    /// Prometheus cannot do its work.
    MonitoringBroken,
    /// Always fires, so that silence is noticed.
    Watchdog,
    /// Declared in `towel.yaml`.
    Declared,
}

/// One unit test of an alert.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Case {
    /// Series with their values in promtool's notation, one minute apart.
    pub(crate) series: Vec<(String, String)>,
    /// When it is looked at.
    pub(crate) at: Duration,
    /// The labels of each alert that fires then, without `alertname` and `severity`; none when none must.
    pub(crate) fires: Vec<Vec<(String, String)>>,
}

/// All alerts of one environment, in the order in which rules are written.
pub(crate) fn alarms(_stack: &CheckedStack) -> Vec<Alarm> {
    Vec::new()
}
