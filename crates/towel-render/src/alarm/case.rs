//! Unit tests of an alert as data: series, a moment, and what fires then.

use std::time::Duration;

/// One unit test of an alert.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Case {
    /// Series with their values in promtool's notation, one minute apart.
    pub(crate) series: Vec<(String, String)>,
    /// When it is looked at.
    pub(crate) at: Duration,
    /// What fires then; nothing must when there is none.
    pub(crate) fires: Vec<Firing>,
}

/// An alert as it fires in a unit test.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Firing {
    /// Its labels besides those that the rule itself gives.
    pub(crate) labels: Vec<(&'static str, String)>,
    /// What `{{ $value … }}` reads like in its texts.
    pub(crate) value: String,
}

impl Firing {
    /// It fires with that value.
    pub(super) fn valued(value: impl Into<String>) -> Self {
        Self { labels: Vec::new(), value: value.into() }
    }

    /// It fires, and its texts hold no value.
    pub(super) fn plain() -> Self {
        Self::default()
    }

    /// With a label of the expression's result.
    #[must_use]
    pub(super) fn labelled(mut self, label: &'static str, value: impl Into<String>) -> Self {
        self.labels.push((label, value.into()));
        self
    }
}

/// A scene: series that begin at minute 0 and go on until the moment that is looked at.
pub(super) struct Scene {
    minutes: u64,
    series: Vec<(String, String)>,
}

impl Scene {
    /// Looked at after `hold` and `warm` minutes more, in which ranges fill and the alert becomes pending.
    pub(super) fn after(hold: Duration, warm: u64) -> Self {
        Self { minutes: hold.as_secs().div_ceil(60) + warm, series: Vec::new() }
    }

    /// A gauge.
    #[must_use]
    pub(super) fn steady(self, series: impl Into<String>, value: impl std::fmt::Display) -> Self {
        let values = format!("{value}+0x{}", self.minutes);
        self.with(series, values)
    }

    /// A counter that grows by so much a minute.
    #[must_use]
    pub(super) fn rising(self, series: impl Into<String>, per_minute: impl std::fmt::Display) -> Self {
        let values = format!("0+{per_minute}x{}", self.minutes);
        self.with(series, values)
    }

    /// A counter that is there from the beginning and counts one single event.
    #[must_use]
    pub(super) fn once(self, series: impl Into<String>) -> Self {
        let values = format!("0 0 0 1+0x{}", self.minutes);
        self.with(series, values)
    }

    fn with(mut self, series: impl Into<String>, values: String) -> Self {
        self.series.push((series.into(), values));
        self
    }

    /// Then this fires.
    pub(super) fn fires(self, firing: Firing) -> Case {
        Case { at: Duration::from_secs(self.minutes * 60), series: self.series, fires: vec![firing] }
    }

    /// Then nothing fires.
    pub(super) fn stays_silent(self) -> Case {
        Case { at: Duration::from_secs(self.minutes * 60), series: self.series, fires: Vec::new() }
    }
}
