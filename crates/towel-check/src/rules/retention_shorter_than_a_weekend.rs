//! The oldest backup is younger than damage that nobody saw over a weekend.

use std::time::Duration;

use towel_model::{Backup, Class, Keep, Stack};
use towel_source::Diagnostic;

use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("retention-shorter-than-a-weekend", include_str!("retention-shorter-than-a-weekend.md"), examine);

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);
/// From Friday 17:00 to Monday 09:00 are 64 hours.
const WEEKEND: Duration = Duration::from_secs(64 * 3600);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.class != Class::Production {
        return;
    }
    for datastore in &stack.datastores {
        let Some(backup) = &datastore.backup else { continue };
        let reach = reach(backup);
        if backup.keep != Keep::default() && reach < WEEKEND {
            found.push(
                RULE.found(format!("the oldest backup of `{}` is only `{}` old", datastore.name, duration(reach)))
                    .at(backup.every.span, format!("kept for {}", duration(reach)))
                    .note(format!("from Friday 17:00 to Monday 09:00 = {} > {}", duration(WEEKEND), duration(reach)))
                    .help("keep some for longer, e.g. `keep: { daily: 7, weekly: 4 }`"),
            );
        }
    }
}

/// The age of the oldest backup once enough were taken. A count spans at least so many intervals:
/// six hourly ones of a backup taken every 4 h are a day.
fn reach(backup: &Backup) -> Duration {
    let every = backup.every.value;
    let Keep { hourly, daily, weekly, monthly, yearly } = backup.keep;
    [(hourly, HOUR), (daily, DAY), (weekly, 7 * DAY), (monthly, 30 * DAY), (yearly, 365 * DAY)]
        .into_iter()
        .map(|(count, unit)| unit.max(every).saturating_mul(count))
        .max()
        .unwrap_or_default()
}
