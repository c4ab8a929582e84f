//! Backups come too seldom for the data loss that is allowed.

use std::time::Duration;

use towel_model::{Backup, Datastore, Stack};
use towel_source::{Diagnostic, Spanned};

use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("backup-slower-than-rpo", include_str!("backup-slower-than-rpo.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for datastore in &stack.datastores {
        let Some(backup) = &datastore.backup else { continue };
        let Some(rpo) = &backup.rpo else { continue };
        let takes = backup.takes.as_ref().map_or(Duration::ZERO, |takes| takes.value);
        if backup.every.value + takes > rpo.value {
            found.push(too_slow(datastore, backup, rpo, takes));
        } else if backup.every.value == rpo.value && backup.takes.is_none() {
            found.push(no_time_left(datastore, backup, rpo));
        }
    }
}

fn too_slow(datastore: &Datastore, backup: &Backup, rpo: &Spanned<Duration>, takes: Duration) -> Diagnostic {
    let (every, loss) = (backup.every.value, backup.every.value + takes);
    let found = RULE
        .found(format!(
            "backups of `{}` may lose `{}` of data, but its RPO is `{}`",
            datastore.name,
            duration(loss),
            duration(rpo.value)
        ))
        .at(backup.every.span, "from one backup to the next")
        .also(rpo.span, "the most that may be lost");
    let found = match &backup.takes {
        Some(given) => found.also(given.span, "until one is safe"),
        None => found,
    };
    let remedy = match rpo.value.checked_sub(takes) {
        Some(most) if !most.is_zero() => format!("set `every` to at most `{}`", duration(most)),
        _ => "the backup alone takes longer than the RPO allows: archive the log continuously, or raise the RPO"
            .to_owned(),
    };
    found
        .note(format!(
            "every {} + takes {} = {} > rpo {}",
            duration(every),
            duration(takes),
            duration(loss),
            duration(rpo.value)
        ))
        .note("data written just after a backup began is lost when the disk dies just before the next one is safe")
        .help(remedy)
}

/// A backup that takes no time does not exist, so the sum is above the RPO by an amount nobody wrote down.
fn no_time_left(datastore: &Datastore, backup: &Backup, rpo: &Spanned<Duration>) -> Diagnostic {
    RULE.suspected(format!("backups of `{}` leave no time for taking them within its RPO", datastore.name))
        .at(backup.every.span, "from one backup to the next")
        .also(rpo.span, "the most that may be lost")
        .note(format!("every {0} + takes ? > rpo {0}, however short a backup is", duration(rpo.value)))
        .help(format!("set `every` below `{}`, and write down how long a backup `takes`", duration(rpo.value)))
}
