//! Alerts about answers that take too long.

use std::time::Duration;

use towel_model::{Service, Severity, Slo};

use super::case::Scene;
use super::metric::{figure, percent};
use super::{Alarm, Case, Firing, Kind};
use crate::quantity::{duration, window};
use crate::signal::Signal;

const HOLD: Duration = Duration::from_secs(600);

/// A share of requests that has to be answered within a time.
pub(crate) struct Limit<'a> {
    service: &'a Service,
    quantile: f64,
    within: Duration,
    over: Duration,
    least: f64,
    promised: bool,
}

/// How a limit is measured.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Measure {
    /// By the bucket that ends there.
    Bucket(Duration),
    /// By the nearest bucket: the limit is below the first or above the last.
    Nearest(Duration),
    /// By a quantile that is interpolated within a bucket.
    Quantile,
}

impl Measure {
    /// How `within` is measured with the buckets that there are.
    pub(crate) fn of(signal: &Signal<'_>, within: Duration) -> Self {
        let bounds = signal.bounds();
        let at = |bound: Option<&f64>| Self::Nearest(Duration::from_secs_f64(bound.copied().unwrap_or(1.0)));
        if signal.bound(within).is_some() {
            return Self::Bucket(within);
        }
        let wanted = within.as_secs_f64();
        match (bounds.first(), bounds.last()) {
            (Some(first), _) if wanted < *first => at(bounds.first()),
            (_, Some(last)) if wanted > *last => at(bounds.last()),
            _ => Self::Quantile,
        }
    }
}

impl<'a> Limit<'a> {
    /// A promised latency. Its window holds enough of the declared traffic to tell the quantile.
    pub(super) fn promised(service: &'a Service, slo: &Slo, quantile: f64, within: Duration) -> Self {
        let enough = (10.0 / (1.0 - quantile)).ceil();
        let expected = |over: Duration| slo.traffic.as_ref().map(|traffic| traffic.per_second() * over.as_secs_f64());
        let over = [300, 1800, 3600, 6 * 3600].map(Duration::from_secs);
        let fitting = over.into_iter().find(|over| expected(*over).is_some_and(|expected| expected > enough));
        let (over, least) = match (fitting, expected(over[0])) {
            (Some(over), _) => (over, enough),
            // With less, two slow answers are asked for, so that one alone says nothing.
            (None, Some(_)) => (over[3], (2.0 / (1.0 - quantile)).ceil()),
            (None, None) => (over[0], (2.0 / (1.0 - quantile)).ceil()),
        };
        Self { service, quantile, within, over, least, promised: true }
    }

    /// What is expected of a service that promises nothing: 95 % within half a second. None where its buckets say nothing
    /// about that: one whose last ends at 20ms means to be faster, but has not said that it will.
    pub(super) fn expected(service: &'a Service, signal: &Signal<'_>) -> Option<Self> {
        let (within, over) = (Duration::from_millis(500), Duration::from_secs(300));
        let limit = Self { service, quantile: 0.95, within, over, least: 40.0, promised: false };
        (!matches!(Measure::of(signal, within), Measure::Nearest(_))).then_some(limit)
    }

    pub(super) fn alarm(&self, signal: &Signal<'_>) -> Alarm {
        let measure = Measure::of(signal, self.within);
        let (expression, value) = match &measure {
            Measure::Bucket(bound) | Measure::Nearest(bound) => (self.slow_share(signal, *bound), "humanizePercentage"),
            Measure::Quantile => (self.estimate(signal), "humanizeDuration"),
        };
        let name = format!("LatencyP{}High", figure(self.quantile * 100.0).replace('.', ""));
        Alarm::new(Kind::Latency, &self.service.name, &name, Severity::Warning)
            .when(expression, HOLD)
            .says(self.summary(&measure, value), self.description(&measure))
            .tried(self.cases(signal, &measure))
    }

    fn slow_share(&self, signal: &Signal<'_>, bound: Duration) -> String {
        let (level, over) = (signal.level(), window(self.over));
        let matcher = signal.bucket_matcher(bound).unwrap_or_default();
        format!(
            "1 - sum by ({level}) (rate({}[{over}]))\n/ sum by ({level}) (rate({}[{over}])) > {}\nand {}",
            signal.buckets(&matcher),
            signal.duration_count(),
            figure(1.0 - self.quantile),
            self.guard(signal)
        )
    }

    fn estimate(&self, signal: &Signal<'_>) -> String {
        let (level, over) = (signal.level(), window(self.over));
        format!(
            "histogram_quantile({}, sum by ({level}, le) (rate({}[{over}]))) > {}\nand {}",
            figure(self.quantile),
            signal.buckets(""),
            figure(self.within.as_secs_f64()),
            self.guard(signal)
        )
    }

    fn guard(&self, signal: &Signal<'_>) -> String {
        let (level, over) = (signal.level(), window(self.over));
        format!("sum by ({level}) (increase({}[{over}])) > {}", signal.duration_count(), self.least)
    }

    fn summary(&self, measure: &Measure, value: &str) -> String {
        let service = self.service.name.as_str();
        match measure {
            Measure::Bucket(bound) | Measure::Nearest(bound) => {
                let bound = duration(*bound);
                format!("{{{{ $value | {value} }}}} of requests of `{service}` take longer than {bound}")
            }
            Measure::Quantile => {
                format!("{} of requests of `{service}` take up to {{{{ $value | {value} }}}}", percent(self.quantile))
            }
        }
    }

    fn description(&self, measure: &Measure) -> String {
        let (share, within, over) = (percent(self.quantile), duration(self.within), window(self.over));
        let whose = if self.promised { "are promised" } else { "are expected of any service" };
        let how = match measure {
            Measure::Bucket(_) => format!("Measured over {over} by the bucket that ends there."),
            Measure::Nearest(bound) => format!("Measured over {over} by the nearest bucket, {}.", duration(*bound)),
            Measure::Quantile => format!("Estimated over {over}, because no bucket ends there."),
        };
        format!("{share} of answers within {within} {whose}. {how} At least {} requests were counted.", self.least)
    }

    fn cases(&self, signal: &Signal<'_>, measure: &Measure) -> Vec<Case> {
        let (fast, value) = match measure {
            Measure::Bucket(bound) | Measure::Nearest(bound) => (*bound, "100%".to_owned()),
            Measure::Quantile => {
                let bounds = signal.bounds();
                let first = bounds.first().copied().unwrap_or_default();
                (Duration::from_secs_f64(first), spoken(bounds.last().copied().unwrap_or_default()))
            }
        };
        let fast = signal.bound(fast).unwrap_or_default();
        let last = signal.bounds().last().map(ToString::to_string).unwrap_or_default();
        let many = self.least.max(60.0);
        let scene = |quick: f64| {
            let scene = Scene::after(HOLD, 4)
                .rising(signal.buckets(&format!("le=\"{fast}\"")), quick)
                .rising(signal.buckets("le=\"+Inf\""), many)
                .rising(signal.duration_count(), many);
            if fast == last { scene } else { scene.rising(signal.buckets(&format!("le=\"{last}\"")), quick) }
        };
        let firing = Firing::valued(value).labelled(signal.level(), self.service.name.as_str());
        vec![scene(0.0).fires(firing), scene(many).stays_silent()]
    }
}

/// Adds the alert about a mean above a tenth of a second: for the record, since a mean wakes nobody.
pub(super) fn mean(service: &Service, signal: &Signal<'_>) -> Alarm {
    let (level, name) = (signal.level(), service.name.as_str());
    let over = |series: String| format!("sum by ({level}) (rate({series}[5m]))");
    let expression = format!("{}\n/ {} > 0.1", over(signal.duration_sum()), over(signal.duration_count()));
    let scene = |seconds: &str| {
        Scene::after(HOLD, 4).rising(signal.duration_sum(), seconds).rising(signal.duration_count(), 60)
    };
    Alarm::new(Kind::Latency, name, "MeanLatencyHigh", Severity::Info)
        .when(expression, HOLD)
        .says(
            format!("an answer of `{name}` takes {{{{ $value | humanizeDuration }}}} on average"),
            "The mean over 5m is above 100ms.",
        )
        .tried([scene("12").fires(Firing::valued("200ms").labelled(level, name)), scene("3").stays_silent()])
}

/// Seconds as `humanizeDuration` says them.
fn spoken(seconds: f64) -> String {
    if seconds < 1.0 {
        return format!("{}ms", figure(seconds * 1000.0));
    }
    if seconds < 60.0 {
        return format!("{}s", figure(seconds));
    }
    let whole = seconds as u64;
    let (days, hours, minutes, rest) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60, whole % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes}m {rest}s"),
        (0, _) => format!("{hours}h {minutes}m {rest}s"),
        _ => format!("{days}d {hours}h {minutes}m {rest}s"),
    }
}
