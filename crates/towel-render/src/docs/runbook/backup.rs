//! Advice about backups: too old, failed, never proven.

use towel_model::{Backup, BackupPlace};

use super::advice::Advice;
use super::scene::Known;
use crate::docs::words::time;

struct Subject<'k, 'a> {
    known: &'k Known<'a>,
    name: &'k str,
}

impl<'k, 'a> Subject<'k, 'a> {
    fn of(known: &'k Known<'a>) -> Self {
        Self { known, name: &known.alarm.subject }
    }

    fn backup(&self) -> Option<&'a Backup> {
        self.known.datastore()?.backup.as_ref()
    }

    /// What the stores hold.
    fn stored(&self) -> Vec<String> {
        let stack = self.known.stack();
        let wanted = self.backup().map(|backup| backup.to.as_slice()).unwrap_or_default();
        let stores =
            stack.backup_stores.iter().filter(|store| wanted.iter().any(|name| name.value == store.name.value));
        let listed = stores.map(|store| match &store.place {
            BackupPlace::Path(path) => format!("ls -lt {} | head", path.as_str()),
            BackupPlace::S3 { bucket, region, endpoint } => {
                let region =
                    region.as_ref().map_or_else(String::new, |region| format!(" --region {}", region.as_str()));
                let endpoint =
                    endpoint.as_ref().map_or_else(String::new, |url| format!(" --endpoint-url {}", url.as_str()));
                format!("aws s3 ls --recursive s3://{}/{region}{endpoint} | sort | tail", bucket.as_str())
            }
        });
        listed.collect()
    }

    fn jobs(&self) -> Vec<String> {
        self.known.commands(|shell| shell.backups(self.name))
    }

    fn again(&self) -> Vec<String> {
        self.known.commands(|shell| shell.back_up(self.name).into_iter().collect())
    }
}

fn causes(it: &Subject<'_, '_>, advice: Advice) -> Advice {
    advice
        .find("See how the last runs ended, and what they printed.", it.jobs())
        .find("See what the stores hold, and how old it is.", it.stored())
        .find("Usual causes: a password that was replaced, a store that is full or cannot be reached, a dump that takes longer than it may.", Vec::new())
}

pub(super) fn old(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let rpo = it.backup().and_then(|backup| backup.rpo.as_ref());
    let promise = rpo.map_or_else(String::new, |rpo| {
        format!(" At most {} of data may be lost, and that is no longer sure.", time(**rpo))
    });
    let advice = Advice::new(
        format!("The newest good backup of `{}` is older than it may be.{promise}", it.name),
        "Nobody now. If the data is lost today, more is lost than was promised.",
    );
    causes(&it, advice)
        .mend("Mend the cause and make a backup now.", it.again())
        .mend("Do not remove old backups to make room before a new one is there.", Vec::new())
        .over("A backup younger than the objective is in every store.")
}

pub(super) fn failed(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let advice = Advice::new(
        format!("The last backup of `{}` did not end well.", it.name),
        "Nobody now. The backups before it are still there.",
    );
    causes(&it, advice).mend("Mend the cause and make a backup now.", it.again()).over("The last backup ended well.")
}

pub(super) fn unproven(known: &Known<'_>) -> Advice {
    let it = Subject::of(known);
    let backup = it.backup();
    let drill = backup
        .and_then(|backup| backup.drill.as_ref())
        .map_or_else(String::new, |drill| format!(" A restore should be practised every {}.", time(**drill)));
    let rto = backup
        .and_then(|backup| backup.rto.as_ref())
        .map_or_else(String::new, |rto| format!(" It has to be done within {}.", time(**rto)));
    Advice::new(
        format!("Nobody knows whether the backups of `{}` can be restored, or the last restore took too long.{drill}{rto}", it.name),
        "Nobody now. A backup that cannot be restored is noticed when it is needed.",
    )
    .find("See what the stores hold.", it.stored())
    .find("See how the last backups ended.", it.jobs())
    .mend("Restore the newest backup into an empty server, never over the one that runs; count what matters and compare. The steps are under [backups](../backups.md).", Vec::new())
    .mend("If it took too long: a smaller dump, a faster store nearby, or another objective.", Vec::new())
    .over("A restore ended well, within the time that was promised.")
}
