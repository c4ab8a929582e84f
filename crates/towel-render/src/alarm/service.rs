//! Alerts that every service has: down, instances missing, failing requests, slow answers.

use std::time::Duration;

use towel_model::{EngineKind, Service, Severity, Stack};

use super::case::Scene;
use super::latency::{Limit, mean};
use super::metric::{figure, percent};
use super::promise::{Answer, error_ratio, series};
use super::{Alarm, Firing, Kind};
use crate::names;
use crate::signal::Signal;

/// Over which the share of failed requests is taken.
pub(crate) const ERRORS_OVER: Duration = Duration::from_secs(300);

/// Adds the alerts that every service has.
pub(super) fn alarms(service: &Service, stack: &Stack, alarms: &mut Vec<Alarm>) {
    alarms.extend(Instances::of(service, stack).into_iter().flat_map(|instances| instances.alarms(service)));
    let Some(signal) = Signal::measured(service) else { return };
    alarms.push(failing(service, &signal, 0.05, Severity::Critical, "ErrorRateCritical"));
    alarms.push(failing(service, &signal, 0.01, Severity::Warning, "ErrorRateHigh"));
    if service.slo.as_ref().is_none_or(|slo| slo.latency.is_empty()) {
        alarms.extend(Limit::expected(service, &signal).map(|limit| limit.alarm(&signal)));
    }
    alarms.push(mean(service, &signal));
}

/// How instances are counted.
struct Instances {
    /// Has a sample of 1 or more while there is one.
    present: String,
    /// How many there are.
    count: String,
    /// The series of which it is made.
    series: String,
    hold: Duration,
}

impl Instances {
    /// None where nothing counts them.
    fn of(service: &Service, stack: &Stack) -> Option<Self> {
        let clustered = *stack.environment.engine == EngineKind::Kubernetes;
        let job = names::job(service);
        let up = format!("up{{job=\"{job}\"}}");
        let available = format!(
            "kube_deployment_status_replicas_available{{namespace=\"{}\", deployment=\"{}\"}}",
            names::namespace(stack),
            service.name.as_str()
        );
        let scraped = service.metrics.is_some();
        let present = match (scraped, clustered) {
            (true, _) => format!("{up} == 1"),
            (false, true) => format!("{available} > 0"),
            (false, false) => return None,
        };
        let count = if clustered { format!("sum({available})") } else { format!("count({up} == 1)") };
        let series = if scraped { up } else { available };
        // Longer than it takes to replace an instance.
        let hold = Duration::from_secs(if clustered { 900 } else { 600 });
        Some(Self { present, count, series, hold })
    }

    fn alarms(&self, service: &Service) -> Vec<Alarm> {
        let mut alarms = vec![self.down(service)];
        let least = service.replicas.min;
        if least > 1 {
            alarms.push(self.missing(service, least));
        }
        alarms
    }

    fn down(&self, service: &Service) -> Alarm {
        let (name, hold) = (service.name.as_str(), Duration::from_secs(120));
        Alarm::new(Kind::ServiceDown, name, "Down", Severity::Critical)
            .when(format!("absent({})", self.present), hold)
            .says(format!("`{name}` is down"), "No instance answers, or none is there, for 2m.")
            .tried([
                Scene::after(hold, 2).steady(self.series.as_str(), 0).fires(Firing::plain()),
                Scene::after(hold, 2).fires(Firing::plain()),
                Scene::after(hold, 2).steady(self.series.as_str(), 1).stays_silent(),
            ])
    }

    fn missing(&self, service: &Service, least: u32) -> Alarm {
        let name = service.name.as_str();
        let minutes = self.hold.as_secs() / 60;
        let counted = |count: u32| {
            let scene = Scene::after(self.hold, 2);
            match self.count.strip_prefix("sum(").and_then(|series| series.strip_suffix(')')) {
                Some(series) => scene.steady(series, count),
                None => (0..count).fold(scene, |scene, number| {
                    scene.steady(format!("up{{job=\"{}\", instance=\"{number}\"}}", names::job(service)), 1)
                }),
            }
        };
        Alarm::new(Kind::InstancesMissing, name, "InstancesMissing", Severity::Warning)
            .when(format!("{} < {least}", self.count), self.hold)
            .says(
                format!("`{name}` runs with {{{{ $value }}}} of {least} instances"),
                format!("At least {least} are declared, and fewer have been there for {minutes}m."),
            )
            .tried([counted(least - 1).fires(Firing::valued((least - 1).to_string())), counted(least).stays_silent()])
    }
}

/// So many failed requests within the range are needed: one of ten at night is no rate.
const FAILURES: u32 = 3;

fn failing(service: &Service, signal: &Signal<'_>, share: f64, severity: Severity, what: &str) -> Alarm {
    let (name, level, hold) = (service.name.as_str(), signal.level(), Duration::from_secs(300));
    let expression = format!(
        "{}{{{}}} > {}\nand sum by ({level}) (increase({}[5m])) >= {FAILURES}",
        error_ratio(signal, ERRORS_OVER),
        signal.matcher(),
        figure(share),
        signal.failed()
    );
    let scene = |good: u32, failed: u32| {
        Scene::after(hold, 4).rising(series(signal, Answer::Good), good).rising(series(signal, Answer::Failed), failed)
    };
    Alarm::new(Kind::ErrorRate, name, what, severity)
        .when(expression, hold)
        .says(
            format!("{{{{ $value | humanizePercentage }}}} of requests of `{name}` fail"),
            format!("More than {} of answers over 5m were the service's fault, for 5m.", percent(share)),
        )
        .tried([
            scene(75, 25).fires(Firing::valued("25%").labelled(level, name)),
            scene(1000, 1).stays_silent(),
            Scene::after(hold, 8).once(series(signal, Answer::Failed)).stays_silent(),
        ])
}
