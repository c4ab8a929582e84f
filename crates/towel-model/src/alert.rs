//! An alert declared by hand, besides those that follow from the rest of the file.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use towel_source::{Diagnostic, Spanned};

use crate::Range;
use crate::declared::EnvironmentOrClass;
use crate::environment::Setting;
use crate::key::{Reader, choices, keys};
use crate::word::{DayRange, Interval, Text, Threshold};

/// An alert declared by hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Its name.
    pub name: Spanned<String>,
    /// The metric.
    pub metric: Spanned<String>,
    /// Rate over this window; the value itself when not given.
    pub rate: Option<Spanned<Duration>>,
    /// Fires below.
    pub below: Option<Spanned<f64>>,
    /// Fires above.
    pub above: Option<Spanned<f64>>,
    /// Must hold for.
    pub hold: Spanned<Duration>,
    /// How bad.
    pub severity: Spanned<Severity>,
    /// Times of day, local to the product, in minutes: `09:00..18:00`.
    pub during: Option<Spanned<Range<u32>>>,
}

/// How bad an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Wakes somebody.
    Critical,
    /// Read in working hours.
    Warning,
    /// For the record.
    Info,
}

keys! {
    /// An alert on a metric, besides those that follow from services, datastores, SLOs and backups.
    AlertKeys = "alert" {
        /// Its name.
        name (required): Spanned<Text>;
        /// The metric.
        metric (required): Spanned<Text>;
        /// Compare the metric's rate over this window instead of its value.
        rate: Spanned<Interval>;
        /// Fires when it is below this.
        below: Spanned<Threshold>;
        /// Fires when it is above this.
        above: Spanned<Threshold>;
        /// How long that must hold before it fires.
        hold as "for": Spanned<Duration>, default "5m";
        /// How bad it is.
        severity: Spanned<Severity>, default "`warning`";
        /// Only at these times of the day, in the product's time zone.
        during: Spanned<DayRange>;
        /// Environments, or classes of them, in which it is watched.
        environments: Vec<Spanned<EnvironmentOrClass>>, default "all";
    }
}

choices! {
    Severity {
        "critical" => Self::Critical, "It wakes somebody.";
        "warning" => Self::Warning, "It is read in working hours.";
        "info" => Self::Info, "It is kept for the record.";
    }
}

impl AlertKeys {
    /// None when it does not concern the environment.
    pub(crate) fn build(self, setting: &Setting, reader: &mut Reader<'_>) -> Option<Alert> {
        let name = self.name?.map(|name| name.0);
        if self.below.is_none() && self.above.is_none() {
            reader.report(
                Diagnostic::error("missing-key", format!("alert `{name}` compares with nothing"))
                    .at(name.span, "neither `below` nor `above`")
                    .help("add `above:` or `below:` with a number"),
            );
        }
        let metric = self.metric?.map(|metric| metric.0);
        if !setting.concerns(self.environments.as_deref()) {
            return None;
        }
        Some(Alert {
            metric,
            rate: self.rate.map(|rate| rate.map(|rate| rate.0)),
            below: self.below.map(|number| number.map(|number| number.0)),
            above: self.above.map(|number| number.map(|number| number.0)),
            hold: self.hold.unwrap_or(Spanned::new(Duration::from_secs(300), name.span)),
            severity: self.severity.unwrap_or(Spanned::new(Severity::Warning, name.span)),
            during: self.during.map(|range| range.map(|range| range.0)),
            name,
        })
    }
}
