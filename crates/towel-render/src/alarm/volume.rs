//! Alerts about the disks that datastores keep their data on.

use std::time::Duration;

use towel_model::{Datastore, DatastoreKind, EngineKind, Severity, Stack};

use super::case::Scene;
use super::datastore::{of, one};
use super::metric::percent;
use super::{Alarm, Case, Firing, Kind};
use crate::names;
use crate::prometheus::is_managed;

const HOLD: Duration = Duration::from_secs(600);

/// The alerts about a volume below 20 % and below 5 % of free space. On a single machine datastores share its disk,
/// which has alerts of its own.
pub(super) fn filling(datastore: &Datastore, stack: &Stack) -> Vec<Alarm> {
    let Some(free) = Free::of(datastore, stack) else { return Vec::new() };
    let levels = [(0.05, Severity::Critical, "DiskNearlyFull"), (0.20, Severity::Warning, "DiskFillingUp")];
    levels.into_iter().map(|(least, severity, what)| free.alarm(datastore, least, severity, what)).collect()
}

/// The share of a disk that is free.
struct Free {
    expression: String,
    /// A scene with so many percent left.
    scene: Box<dyn Fn(u32) -> Scene>,
    labels: Vec<(&'static str, String)>,
}

impl Free {
    fn of(datastore: &Datastore, stack: &Stack) -> Option<Self> {
        let clustered = *stack.environment.engine == EngineKind::Kubernetes;
        match *datastore.kind {
            DatastoreKind::Postgres if is_managed(datastore, stack) => Self::by_size(datastore),
            _ if is_managed(datastore, stack) => None,
            _ if clustered => Some(Self::of_claims(datastore, stack)),
            DatastoreKind::S3 => Some(Self::of_buckets(datastore)),
            _ => None,
        }
    }

    /// Of what a StatefulSet claims, which is called after it.
    fn of_claims(datastore: &Datastore, stack: &Stack) -> Self {
        let (name, namespace) = (datastore.name.as_str(), names::namespace(stack));
        let claims = move |metric: &str, claim: &str| {
            format!("{metric}{{namespace=\"{namespace}\", persistentvolumeclaim{claim}}}")
        };
        let all = format!("=~\"([a-z0-9]+-)?{name}(-[0-9]+)?\"");
        let claim = format!("data-{name}-0");
        let over = |metric| format!("max by (persistentvolumeclaim) ({})", claims(metric, &all));
        let (free, whole) = ("kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes");
        let expression = format!("{}\n/ {}", over(free), over(whole));
        let fed = format!("=\"{claim}\"");
        let labels = vec![("persistentvolumeclaim", claim)];
        let scene =
            move |left: u32| Scene::after(HOLD, 2).steady(claims(free, &fed), left).steady(claims(whole, &fed), 100);
        Self { expression, scene: Box::new(scene), labels }
    }

    /// A provider's disk cannot be seen; what the databases take of the declared size can.
    fn by_size(datastore: &Datastore) -> Option<Self> {
        const SIZE: &str = "pg_database_size_bytes";
        let whole = datastore.storage.as_ref()?.0;
        let expression = format!("1 - sum by (instance) ({}) / {whole}", of(datastore, SIZE));
        let labels = vec![("instance", format!("{}-0", datastore.name.as_str()))];
        let series = one(datastore, SIZE, ", datname=\"app\"");
        let scene = move |left: u32| {
            // A thousandth less, so that rounding decides nothing.
            let used = whole / 100 * u64::from(100 - left);
            Scene::after(HOLD, 2).steady(series.as_str(), used)
        };
        Some(Self { expression, scene: Box::new(scene), labels })
    }

    fn of_buckets(datastore: &Datastore) -> Self {
        let (free, whole) = ("minio_cluster_capacity_usable_free_bytes", "minio_cluster_capacity_usable_total_bytes");
        let over = |metric| format!("max({})", of(datastore, metric));
        let expression = format!("{}\n/ {}", over(free), over(whole));
        let (left_series, whole_series) = (one(datastore, free, ""), one(datastore, whole, ""));
        let scene = move |left: u32| {
            Scene::after(HOLD, 2).steady(left_series.as_str(), left).steady(whole_series.as_str(), 100)
        };
        Self { expression, scene: Box::new(scene), labels: Vec::new() }
    }

    fn alarm(&self, datastore: &Datastore, least: f64, severity: Severity, what: &str) -> Alarm {
        let name = datastore.name.as_str();
        Alarm::new(Kind::DiskFillingUp, name, what, severity)
            .when(format!("{} < {least}", self.expression), HOLD)
            .says(
                format!("the disk of `{name}` has {{{{ $value | humanizePercentage }}}} left"),
                format!("Less than {} is free for 10m. When nothing is, it stops writing.", percent(least)),
            )
            .tried(self.cases())
    }

    fn cases(&self) -> [Case; 2] {
        let firing = Firing { labels: self.labels.clone(), value: "2%".to_owned() };
        [(self.scene)(2).fires(firing), (self.scene)(60).stays_silent()]
    }
}
