//! The list of alerts that rules, routes, runbooks and their tests are all made from.

use std::time::Duration;

use towel_check::CheckedStack;
use towel_model::{Severity, Stack};

use super::{Case, Kind, backup, datastore, declared, naming, platform, probe, promise, secret, service, workload};

/// One alert, whatever it is about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Alarm {
    /// `ApiErrorBudgetBurnsFast`: unique in the environment, and the name of its runbook.
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

impl Alarm {
    /// An alert that is still to be told when it fires. Its name is made of the subject's and of `what`.
    pub(super) fn new(kind: Kind, subject: &str, what: &str, severity: Severity) -> Self {
        Self {
            name: format!("{}{what}", naming::camel(subject)),
            kind,
            subject: subject.to_owned(),
            expression: String::new(),
            hold: Duration::ZERO,
            severity,
            team: None,
            summary: String::new(),
            description: String::new(),
            cases: Vec::new(),
        }
    }

    /// Fires when `expression` has a result for as long as `hold`.
    #[must_use]
    pub(super) fn when(mut self, expression: impl Into<String>, hold: Duration) -> Self {
        self.expression = expression.into();
        self.hold = hold;
        self
    }

    /// What people read.
    #[must_use]
    pub(super) fn says(mut self, summary: impl Into<String>, description: impl Into<String>) -> Self {
        self.summary = summary.into();
        self.description = description.into();
        self
    }

    /// How it is tried.
    #[must_use]
    pub(super) fn tried(mut self, cases: impl IntoIterator<Item = Case>) -> Self {
        self.cases.extend(cases);
        self
    }

    /// The labels that its rule gives, in order and without `alertname`.
    pub(crate) fn labels(&self) -> Vec<(&'static str, String)> {
        let mut labels =
            vec![("severity", severity(self.severity).to_owned()), ("symptom", self.kind.symptom().to_owned())];
        labels.extend(self.kind.subject_label().map(|label| (label, self.subject.clone())));
        labels.extend(self.team.clone().map(|team| ("team", team)));
        labels
    }
}

/// As the label `severity` has it.
pub(crate) const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// All alerts of one environment, in the order in which rules are written.
pub(crate) fn alarms(stack: &CheckedStack) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    for it in &stack.services {
        service::alarms(it, stack, &mut alarms);
        promise::alarms(it, &mut alarms);
        workload::alarms(it, stack, &mut alarms);
    }
    for it in &stack.datastores {
        datastore::alarms(it, stack, &mut alarms);
        backup::alarms(it, &mut alarms);
    }
    probe::alarms(stack, &mut alarms);
    secret::alarms(stack, &mut alarms);
    declared::alarms(stack, &mut alarms);
    platform::alarms(stack, &mut alarms);
    for alarm in &mut alarms {
        alarm.team = team(stack, alarm);
    }
    naming::tell_apart(&mut alarms);
    alarms
}

fn team(stack: &Stack, alarm: &Alarm) -> Option<String> {
    let service = || (alarm.kind.subject_label() == Some("service")).then(|| stack.service(&alarm.subject)).flatten();
    let owner = service().and_then(|service| service.owner.as_ref()).or(stack.owner.as_ref())?;
    Some(owner.to_string())
}
