//! Alerts that a person declared, besides those that follow from the rest of the file.

use std::time::Duration;

use towel_model::{Alert, Range, Stack};

use super::case::Scene;
use super::clock::{Clock, MINUTE_OF_DAY};
use super::metric::{figure, selector};
use super::probe::braceless;
use super::{Alarm, Case, Firing, Kind, naming};
use crate::quantity::{duration, window};

/// Adds the declared alerts.
pub(super) fn alarms(stack: &Stack, alarms: &mut Vec<Alarm>) {
    let clock = stack.alerts.iter().any(|alert| alert.during.is_some()).then(|| Clock::of(&stack.timezone));
    alarms.extend(stack.alerts.iter().map(|alert| Declared { alert, stack, clock: clock.as_ref() }.alarm()));
}

struct Declared<'a> {
    alert: &'a Alert,
    stack: &'a Stack,
    clock: Option<&'a Clock>,
}

impl Declared<'_> {
    fn alarm(&self) -> Alarm {
        let alert = self.alert;
        let mut alarm = Alarm::new(Kind::Declared, "", &naming::camel(&alert.name), *alert.severity)
            .when(self.expression(), *alert.hold)
            .says(braceless(&format!("{}: {}", alert.name.as_str(), self.what())), braceless(&self.description()))
            .tried(self.cases());
        if alarm.name.is_empty() {
            "Declared".clone_into(&mut alarm.name);
        }
        alarm.subject = alert.metric.to_string();
        alarm
    }

    /// The metric over all instances: how many players there are is told by each for its own.
    fn measured(&self) -> String {
        let metric = selector(&self.alert.metric);
        match &self.alert.rate {
            Some(over) => format!("sum(rate({metric}[{}]))", window(**over)),
            None => format!("sum({metric})"),
        }
    }

    fn expression(&self) -> String {
        let measured = self.measured();
        let mut arms = Vec::new();
        if let Some(below) = &self.alert.below {
            // What is not counted at all is below anything; the comparison alone would be silent.
            arms.push(format!("{measured} < {}", figure(**below)));
            arms.push(format!("absent({measured})"));
        }
        arms.extend(self.alert.above.as_ref().map(|above| format!("{measured} > {}", figure(**above))));
        let condition = arms.join("\nor ");
        let Some(during) = &self.alert.during else { return condition };
        let condition = if arms.len() > 1 { format!("(\n{condition}\n)") } else { condition };
        format!("{condition}\nand on () ({})", within(during))
    }

    fn what(&self) -> String {
        let metric = self.alert.metric.trim();
        let per = if self.alert.rate.is_some() { " a second" } else { "" };
        let below = self.alert.below.as_ref().map(|below| format!("below {}{per}", figure(**below)));
        let above = self.alert.above.as_ref().map(|above| format!("above {}{per}", figure(**above)));
        let both: Vec<String> = below.into_iter().chain(above).collect();
        format!("`{metric}` is {}", both.join(" or "))
    }

    fn description(&self) -> String {
        let over =
            self.alert.rate.as_ref().map(|over| format!(", as a rate over {}", window(**over))).unwrap_or_default();
        let during = self.alert.during.as_ref().map(|during| {
            format!(" Watched from {} to {} in {}.", clock(during.min), clock(during.max), self.stack.timezone.as_str())
        });
        let absent = if self.alert.below.is_some() { " Also when nothing counts it." } else { "" };
        format!("For {}{over}.{absent}{}", duration(*self.alert.hold), during.unwrap_or_default())
    }

    fn cases(&self) -> Vec<Case> {
        let begin = self.begin();
        let scene = || Scene::after(*self.alert.hold + Duration::from_secs(60 * begin), 5);
        let broken = match (&self.alert.above, &self.alert.below) {
            (Some(above), _) => self.fed(scene(), above.abs() * 2.0 + 1.0),
            (None, _) => scene(),
        };
        let mut cases = vec![broken.fires(Firing::plain()), self.fed(scene(), self.healthy()).stays_silent()];
        if let Some(below) = &self.alert.below
            && (**below > 0.0 || self.alert.rate.is_none())
        {
            let low = if self.alert.rate.is_some() { 0.0 } else { **below - 1.0 };
            cases.push(self.fed(scene(), low).fires(Firing::plain()));
        }
        cases.extend(self.outside().map(|end| {
            let scene = Scene::after(Duration::from_secs(60 * end), 0);
            match &self.alert.above {
                Some(above) => self.fed(scene, above.abs() * 2.0 + 1.0).stays_silent(),
                None => scene.stays_silent(),
            }
        }));
        cases
    }

    /// A value at which nothing is wrong.
    fn healthy(&self) -> f64 {
        match (self.alert.below.as_deref(), self.alert.above.as_deref()) {
            (Some(below), Some(above)) => f64::midpoint(*below, *above),
            (Some(below), None) => below.abs() * 2.0 + 1.0,
            (None, Some(above)) => (above / 2.0).min(*above - above.abs() / 2.0),
            (None, None) => 0.0,
        }
    }

    /// The series at `value`, or counting at that rate.
    fn fed(&self, scene: Scene, value: f64) -> Scene {
        let series = selector(&self.alert.metric);
        match &self.alert.rate {
            Some(_) => scene.rising(series, figure(value.max(0.0) * 60.0)),
            None => scene.steady(series, figure(value)),
        }
    }

    /// The first minute of a UTC day in January in which it is watched.
    fn begin(&self) -> u64 {
        self.alert.during.as_ref().map_or(0, |during| self.utc(during.min))
    }

    /// A minute of the day at which it is not watched, just after it was.
    fn outside(&self) -> Option<u64> {
        let during = self.alert.during.as_ref()?;
        let length = (1440 + during.max - during.min) % 1440;
        // Around the clock there is no such minute.
        (length > 0).then(|| self.utc(during.min) + u64::from(length) + 2)
    }

    fn utc(&self, minute: u32) -> u64 {
        let january = i64::from(self.clock.map_or(0, |clock| clock.january));
        u64::try_from((i64::from(minute) - january).rem_euclid(1440)).unwrap_or(0)
    }
}

/// Whether it is watched at this time of the day.
fn within(during: &Range<u32>) -> String {
    if during.min < during.max {
        format!("{MINUTE_OF_DAY} >= {} < {}", during.min, during.max)
    } else {
        format!("{MINUTE_OF_DAY} >= {} or {MINUTE_OF_DAY} < {}", during.min, during.max)
    }
}

fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
