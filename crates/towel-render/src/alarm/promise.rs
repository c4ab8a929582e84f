//! Alerts about promises: error budgets that burn too fast, latencies that are not kept, promises without traffic.

use std::time::Duration;

use towel_model::{Rate, Service, Severity, Slo};

use super::case::Scene;
use super::latency::Limit;
use super::metric::{figure, percent};
use super::window::{Guard, Window, windows};
use super::{Alarm, Case, Firing, Kind};
use crate::quantity::{duration, window};
use crate::signal::Signal;

/// Adds the alerts about what `service` promises.
pub(super) fn alarms(service: &Service, alarms: &mut Vec<Alarm>) {
    let Some(signal) = Signal::measured(service) else { return };
    let Some(slo) = &service.slo else {
        // An own metric that is gone is told by `up`.
        alarms.extend((!signal.is_own()).then(|| without_traffic(service, None, &signal)));
        return;
    };
    if let Some(promise) = Promise::of(service, slo, &signal) {
        alarms.extend(promise.burning(true));
        alarms.extend(promise.burning(false));
    }
    for (quantile, within) in &slo.latency {
        alarms.push(Limit::promised(service, slo, *quantile, **within).alarm(&signal));
    }
    if slo.availability.is_some() || !slo.latency.is_empty() {
        alarms.push(without_traffic(service, slo.traffic.as_ref().map(|traffic| **traffic), &signal));
    }
}

/// A recording rule: the share of failed requests over a window.
pub(crate) fn error_ratio(signal: &Signal<'_>, over: Duration) -> String {
    format!("{}:request_errors:ratio_rate{}", signal.level(), window(over))
}

/// A promised availability.
pub(crate) struct Promise<'a> {
    service: &'a Service,
    slo: &'a Slo,
    signal: &'a Signal<'a>,
    availability: f64,
    budget: f64,
}

impl<'a> Promise<'a> {
    /// None when no share of good requests is promised.
    pub(crate) fn of(service: &'a Service, slo: &'a Slo, signal: &'a Signal<'a>) -> Option<Self> {
        let availability = slo.availability.as_ref()?;
        Some(Self { service, slo, signal, availability: availability.0, budget: 1.0 - availability.share() })
    }

    /// The windows in which it can be broken, with their thresholds.
    pub(crate) fn windows(&self) -> impl Iterator<Item = (Window, f64)> {
        let budget = self.budget;
        windows(*self.slo.over).into_iter().filter_map(move |it| Some((it, it.threshold(budget)?)))
    }

    fn burning(&self, pages: bool) -> Option<Alarm> {
        let of_kind: Vec<_> = self.windows().filter(|(window, _)| window.pages == pages).collect();
        let (kind, what, severity, hold) = match pages {
            true => (Kind::BudgetBurnFast, "ErrorBudgetBurnsFast", Severity::Critical, Duration::from_secs(120)),
            false => (Kind::BudgetBurnSlow, "ErrorBudgetBurnsSlowly", Severity::Warning, Duration::from_secs(900)),
        };
        if of_kind.is_empty() {
            return None;
        }
        let arms: Vec<String> = of_kind.iter().map(|(window, threshold)| self.arm(window, *threshold)).collect();
        let expression = if arms.len() == 1 { arms.concat() } else { format!("(\n{}\n)", arms.join("\n)\nor\n(\n")) };
        Some(
            Alarm::new(kind, &self.service.name, what, severity)
                .when(expression, hold)
                .says(self.summary(pages), self.description(&of_kind))
                .tried(self.cases(&of_kind, hold)),
        )
    }

    fn arm(&self, over: &Window, threshold: f64) -> String {
        let share = |over: Duration| format!("{}{{{}}}", error_ratio(self.signal, over), self.signal.matcher());
        let guard = Guard::of(self.slo, over.long, threshold).expression(self.signal, over.long);
        let threshold = figure(threshold);
        format!("  {} > {threshold}\n  and {} > {threshold}\n  and {guard}", share(over.long), share(over.short))
    }

    fn summary(&self, pages: bool) -> String {
        let how = if pages { "fast" } else { "slowly but surely" };
        format!(
            "`{}` burns its error budget {how}: {{{{ $value | humanizePercentage }}}} of requests fail",
            self.service.name.as_str()
        )
    }

    fn description(&self, windows: &[(Window, f64)]) -> String {
        let when = windows.iter().map(|(over, threshold)| {
            let rate = figure((over.factor * 100.0).round() / 100.0);
            format!(
                "more than {} fail over {} and over {} (burn rate {rate})",
                percent(*threshold),
                window(over.long),
                window(over.short)
            )
        });
        let promised = figure(self.availability);
        let over = window(*self.slo.over);
        format!("{promised} % good requests over {over} are promised; {}.", when.collect::<Vec<_>>().join(", or "))
    }

    fn cases(&self, windows: &[(Window, f64)], hold: Duration) -> Vec<Case> {
        let signal = self.signal;
        // Enough requests a minute to be beyond every guard within the first minutes.
        let lowest = windows.iter().map(|(_, threshold)| *threshold).fold(1.0, f64::min);
        let half = (10.0 / lowest).ceil().max(60.0);
        let highest = windows.first().map_or(0.0, |(_, threshold)| *threshold);
        let (good, share) = if highest < 0.45 { (half, "50%") } else { (0.0, "100%") };
        let firing = Firing::valued(share).labelled(signal.level(), self.service.name.as_str());
        let burning = Scene::after(hold, 4)
            .rising(series(signal, Answer::Good), good)
            .rising(series(signal, Answer::Failed), half)
            .fires(firing);
        let well = Scene::after(hold, 4)
            .rising(series(signal, Answer::Good), half)
            .rising(series(signal, Answer::Failed), 0)
            .stays_silent();
        let accident = Scene::after(hold, 10).once(series(signal, Answer::Failed)).stays_silent();
        vec![burning, well, accident]
    }
}

/// How a request in a unit test is answered.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer {
    Good,
    Failed,
}

/// One series of the counter of requests, as a unit test feeds it.
pub(super) fn series(signal: &Signal<'_>, answer: Answer) -> String {
    let label = match (signal.is_own(), answer) {
        (true, Answer::Good) => "status=\"200\"",
        (true, Answer::Failed) => "status=\"500\"",
        (false, Answer::Good) => "code=\"2xx\"",
        (false, Answer::Failed) => "code=\"5xx\"",
    };
    signal.requests(label)
}

/// No share of nothing is too big: that nobody comes, or that nothing is counted, has to be told by itself.
fn without_traffic(service: &Service, expected: Option<Rate>, signal: &Signal<'_>) -> Alarm {
    let name = service.name.as_str();
    let requests = format!("absent(sum(rate({}[5m])) > 0)", signal.requests(""));
    let (expression, hold, severity, said) = match expected {
        Some(traffic) => {
            // In which twenty requests are expected: by chance alone none comes once in 500 million times.
            let seconds = (20.0 / traffic.per_second()).clamp(600.0, 86_400.0);
            let hold = Duration::from_secs((seconds / 60.0).ceil() as u64 * 60);
            let said = format!("{} requests a second are expected", figure(traffic.per_second()));
            (requests, hold, Severity::Warning, said)
        }
        // Nobody said that there is traffic; only that nothing is counted at all is worth a note.
        None => {
            let counted = format!("absent({})", signal.requests(""));
            (counted, Duration::from_secs(3600), Severity::Info, "how many are expected is not declared".to_owned())
        }
    };
    let mut quiet = Firing::plain();
    if expected.is_none() {
        quiet = quiet.labelled(signal.level(), name);
    }
    Alarm::new(Kind::NoTraffic, name, "TrafficMissing", severity)
        .when(expression, hold)
        .says(
            format!("no requests of `{name}` are counted"),
            format!("Nothing can be judged: none came for {} ({said}).", duration(hold)),
        )
        .tried([
            Scene::after(hold, 2).fires(quiet),
            Scene::after(hold, 2).rising(series(signal, Answer::Good), 60).stays_silent(),
        ])
}
