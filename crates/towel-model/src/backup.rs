//! How a datastore is backed up, and where backups go.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use towel_source::{Span, Spanned};

use crate::equality::equal_wherever_written;
use crate::key::{Reader, keys};
use crate::word::{Interval, Name, Period, Text};

/// How a datastore is backed up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Backup {
    /// From one backup to the next.
    pub every: Spanned<Duration>,
    /// How long one takes, when known.
    pub takes: Option<Spanned<Duration>>,
    /// How many are kept.
    pub keep: Keep,
    /// Names of backup stores.
    pub to: Vec<Spanned<String>>,
    /// Recovery point objective: most data that may be lost, as time.
    pub rpo: Option<Spanned<Duration>>,
    /// Recovery time objective.
    pub rto: Option<Spanned<Duration>>,
    /// How often a restore is practised.
    pub drill: Option<Spanned<Duration>>,
    /// The whole entry.
    #[serde(skip)]
    pub span: Span,
}

equal_wherever_written!(Backup { every, takes, keep, to, rpo, rto, drill });

/// How many backups are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// The newest of each hour.
    pub hourly: u32,
    /// The newest of each day.
    pub daily: u32,
    /// The newest of each week.
    pub weekly: u32,
    /// The newest of each month.
    pub monthly: u32,
    /// The newest of each year.
    pub yearly: u32,
}

/// Where backups go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackupStore {
    /// Its name.
    pub name: Spanned<String>,
    /// What it is.
    pub place: BackupPlace,
    /// Whether it stands elsewhere (another site, another account).
    pub offsite: bool,
}

/// What a backup store is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupPlace {
    /// A folder.
    Path(Spanned<String>),
    /// A bucket.
    S3 {
        /// Its name.
        bucket: Spanned<String>,
        /// Its region.
        region: Option<Spanned<String>>,
        /// Endpoint, for other providers than AWS.
        endpoint: Option<Spanned<String>>,
    },
}

keys! {
    /// How a datastore is backed up. A backup counts once it has been restored.
    BackupKeys = "backup" {
        /// From one backup to the next.
        every (required): Spanned<Period>;
        /// How long one takes, when known.
        takes: Spanned<Interval>;
        /// How many are kept.
        keep: KeepKeys;
        /// Names of backup stores.
        to: Vec<Spanned<Name>>;
        /// Recovery point objective: most data that may be lost, as time.
        rpo: Spanned<Interval>;
        /// Recovery time objective: most time until the data is back.
        rto: Spanned<Interval>;
        /// How often a restore is practised.
        drill: Spanned<Period>;
    }
}

keys! {
    /// How many backups are kept: the newest of each of so many hours, days and so on.
    KeepKeys = "keep" {
        /// The newest of each hour.
        hourly: u32, default "0";
        /// The newest of each day.
        daily: u32, default "0";
        /// The newest of each week.
        weekly: u32, default "0";
        /// The newest of each month.
        monthly: u32, default "0";
        /// The newest of each year.
        yearly: u32, default "0";
    }
}

keys! {
    /// Where backups go: a folder or a bucket.
    BackupStoreKeys = "backup store" {
        /// A folder.
        path: Spanned<Text>;
        /// A bucket.
        s3: Spanned<Text>;
        /// The bucket's region.
        region: Spanned<Text>;
        /// The bucket's endpoint, for other providers than AWS.
        endpoint: Spanned<Text>;
        /// Whether it stands elsewhere: another site, another account.
        offsite: bool, default "false";
    }
}

impl BackupKeys {
    pub(crate) fn build(self) -> Option<Backup> {
        Some(Backup {
            every: self.every?.map(|every| every.0),
            takes: self.takes.map(|takes| takes.map(|takes| takes.0)),
            keep: self.keep.map(KeepKeys::build).unwrap_or_default(),
            to: self.to.unwrap_or_default().into_iter().map(|name| name.map(|name| name.0)).collect(),
            rpo: self.rpo.map(|rpo| rpo.map(|rpo| rpo.0)),
            rto: self.rto.map(|rto| rto.map(|rto| rto.0)),
            drill: self.drill.map(|drill| drill.map(|drill| drill.0)),
            span: self.span,
        })
    }
}

impl KeepKeys {
    fn build(self) -> Keep {
        Keep {
            hourly: self.hourly.unwrap_or(0),
            daily: self.daily.unwrap_or(0),
            weekly: self.weekly.unwrap_or(0),
            monthly: self.monthly.unwrap_or(0),
            yearly: self.yearly.unwrap_or(0),
        }
    }
}

impl BackupStoreKeys {
    pub(crate) fn build(self, name: Spanned<Name>, reader: &mut Reader<'_>) -> Option<BackupStore> {
        let given: [(&str, Option<Span>); 2] =
            [("path", self.path.as_ref().map(|it| it.span)), ("s3", self.s3.as_ref().map(|it| it.span))];
        if !reader.exactly_one("a backup store", name.span, &given) {
            return None;
        }
        let place = match (self.path, self.s3) {
            (Some(path), _) => BackupPlace::Path(path.map(|path| path.0)),
            (None, bucket) => BackupPlace::S3 {
                bucket: bucket?.map(|bucket| bucket.0),
                region: self.region.map(|it| it.map(|it| it.0)),
                endpoint: self.endpoint.map(|it| it.map(|it| it.0)),
            },
        };
        Some(BackupStore { name: name.map(|name| name.0), place, offsite: self.offsite.unwrap_or(false) })
    }
}
