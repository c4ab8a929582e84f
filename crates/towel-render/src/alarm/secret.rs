//! Alerts about secrets that are due to be replaced.

use std::time::Duration;

use towel_model::{Severity, Stack};

use super::case::Scene;
use super::{Alarm, Firing, Kind};
use crate::quantity::window;

const ROTATED: &str = "towel_secret_rotated_timestamp_seconds";

/// Adds an alert for each secret that is replaced regularly, a tenth of its time before it is due.
pub(super) fn alarms(stack: &Stack, alarms: &mut Vec<Alarm>) {
    for secret in &stack.secrets {
        alarms.extend(secret.rotate.as_ref().map(|rotate| due(&secret.name, **rotate)));
    }
}

fn due(name: &str, rotate: Duration) -> Alarm {
    let (early, hold) = (rotate / 10, Duration::from_secs(3600));
    let most = (rotate - early).as_secs();
    let series = format!("{ROTATED}{{secret=\"{name}\"}}");
    let scene = |age: u64| Scene::after(hold, 2).steady(series.as_str(), -i64::try_from(age).unwrap_or(i64::MAX));
    Alarm::new(Kind::SecretExpiring, name, "SecretDue", Severity::Warning)
        .when(format!("time() - max({series}) > {most}"), hold)
        .says(
            format!("the secret `{name}` is due to be replaced"),
            format!("It is replaced every {}, and nine tenths of that have passed.", window(rotate)),
        )
        .tried([scene(most).fires(Firing::plain()), scene(0).stays_silent()])
}
