//! Alerts about backups: too old, failed, never restored, restored too slowly.

use std::time::Duration;

use towel_model::{Backup, Datastore, Severity};

use super::case::Scene;
use super::metric::figure;
use super::{Alarm, Firing, Kind};
use crate::quantity::window;

const SUCCESS: &str = "towel_backup_last_success_timestamp_seconds";
const VERIFIED: &str = "towel_backup_last_verified_timestamp_seconds";
const FAILED: &str = "towel_backup_last_run_failed";
const RESTORE: &str = "towel_backup_drill_restore_seconds";

/// Adds the alerts about a datastore's backups.
pub(super) fn alarms(datastore: &Datastore, alarms: &mut Vec<Alarm>) {
    let Some(backup) = &datastore.backup else { return };
    let of = Backed { name: &datastore.name, backup };
    alarms.push(of.too_old());
    alarms.push(of.failed());
    alarms.extend(backup.drill.as_ref().map(|drill| of.not_proven(**drill)));
    alarms.extend(backup.rto.as_ref().map(|rto| of.too_slow(**rto)));
}

/// The age beyond which the newest backup is too old: the objective, or else the interval and how long one takes.
pub(crate) fn oldest(backup: &Backup) -> Duration {
    let slack = backup.takes.as_ref().map_or(*backup.every / 4, |takes| **takes * 2);
    backup.rpo.as_ref().map_or(*backup.every + slack, |rpo| **rpo)
}

struct Backed<'a> {
    name: &'a str,
    backup: &'a Backup,
}

impl Backed<'_> {
    fn series(&self, metric: &str, store: Option<&str>) -> String {
        let store = store.map(|store| format!(", store=\"{store}\"")).unwrap_or_default();
        format!("{metric}{{datastore=\"{}\"{store}}}", self.name)
    }

    fn stores(&self) -> impl Iterator<Item = &str> {
        self.backup.to.iter().map(|store| store.as_str())
    }

    /// In which store, for a unit test.
    fn first(&self) -> &str {
        self.stores().next().unwrap_or("nearby")
    }

    fn too_old(&self) -> Alarm {
        let most = oldest(self.backup);
        let seconds = most.as_secs();
        // A store that no backup ever reached has no series to be old.
        let mut never: Vec<String> =
            self.stores().map(|store| format!("or absent({})", self.series(SUCCESS, Some(store)))).collect();
        if never.is_empty() {
            never.push(format!("or absent({})", self.series(SUCCESS, None)));
        }
        let expression =
            format!("time() - max by (store) ({}) > {seconds}\n{}", self.series(SUCCESS, None), never.join("\n"));
        let hold = Duration::from_secs(300);
        // Unit tests begin at second 0, so a backup that is `most` old then has a moment before it.
        let scene = |age: u64| {
            let all = Scene::after(hold, 2);
            let fresh =
                self.stores().skip(1).fold(all, |scene, store| scene.steady(self.series(SUCCESS, Some(store)), 0));
            fresh.steady(self.series(SUCCESS, Some(self.first())), -i64::try_from(age).unwrap_or(i64::MAX))
        };
        let firing = Firing::plain().labelled("store", self.first());
        let objective =
            if self.backup.rpo.is_some() { "the recovery point objective" } else { "the interval and some slack" };
        Alarm::new(Kind::BackupTooOld, self.name, "BackupTooOld", Severity::Critical)
            .when(expression, hold)
            .says(
                format!("the newest backup of `{}` in `{{{{ $labels.store }}}}` is too old", self.name),
                format!(
                    "One is made every {}; {objective} is {}. It is older than that, or there is none.",
                    window(*self.backup.every),
                    window(most)
                ),
            )
            .tried([scene(seconds).fires(firing), scene(0).stays_silent()])
    }

    fn failed(&self) -> Alarm {
        let hold = Duration::ZERO;
        let scene = |failed: u32| Scene::after(hold, 2).steady(self.series(FAILED, Some(self.first())), failed);
        Alarm::new(Kind::BackupFailed, self.name, "BackupFailed", Severity::Warning)
            .when(format!("max by (store) ({}) == 1", self.series(FAILED, None)), hold)
            .says(
                format!("the last backup of `{}` to `{{{{ $labels.store }}}}` failed", self.name),
                "The one before it is still there; its age has an alert of its own.",
            )
            .tried([scene(1).fires(Firing::plain().labelled("store", self.first())), scene(0).stays_silent()])
    }

    fn not_proven(&self, drill: Duration) -> Alarm {
        // Half an interval late is late; less may be a drill under way.
        let most = drill + drill / 2;
        let (seconds, hold) = (most.as_secs(), Duration::from_secs(3600));
        let verified = self.series(VERIFIED, None);
        let expression = format!("absent(time() - max({verified}) <= {seconds})");
        let scene = |age: u64| {
            let age = -i64::try_from(age).unwrap_or(i64::MAX);
            Scene::after(hold, 2).steady(self.series(VERIFIED, Some(self.first())), age)
        };
        Alarm::new(Kind::RestoreNotProven, self.name, "RestoreNotProven", Severity::Warning)
            .when(expression, hold)
            .says(
                format!("no backup of `{}` has been restored for too long", self.name),
                format!(
                    "A restore is practised every {}; the last that worked is more than {} ago, or there was none.",
                    window(drill),
                    window(most)
                ),
            )
            .tried([
                scene(seconds).fires(Firing::plain()),
                Scene::after(hold, 2).fires(Firing::plain()),
                scene(0).stays_silent(),
            ])
    }

    fn too_slow(&self, rto: Duration) -> Alarm {
        let (seconds, hold) = (rto.as_secs_f64(), Duration::ZERO);
        let series = format!("{RESTORE}{{datastore=\"{}\"}}", self.name);
        let scene = |took: f64| Scene::after(hold, 2).steady(series.as_str(), figure(took));
        Alarm::new(Kind::RestoreNotProven, self.name, "RestoreTooSlow", Severity::Warning)
            .when(format!("max({series}) > {}", figure(seconds)), hold)
            .says(
                format!("restoring `{}` takes longer than its recovery time objective", self.name),
                format!("The last drill took longer than {}.", window(rto)),
            )
            .tried([scene(seconds * 2.0).fires(Firing::plain()), scene(seconds / 2.0).stays_silent()])
    }
}
