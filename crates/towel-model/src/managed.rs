//! A datastore that a provider runs.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use towel_source::{Span, Spanned};

use crate::equality::equal_wherever_written;
use crate::key::{choices, keys};
use crate::word::{Interval, Text};

/// How a provider runs a datastore.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Managed {
    /// Who runs it.
    pub by: Spanned<Provider>,
    /// Where.
    pub region: Option<Spanned<String>>,
    /// The provider's name for its size.
    pub size: Option<Spanned<String>>,
    /// Whether a second one stands by in another zone.
    pub multi_az: bool,
    /// Another region to which it is copied all the time.
    pub replicate_to: Option<Spanned<String>>,
    /// How long the provider's own snapshots (of a bucket: old versions) are kept.
    pub snapshots: Option<Spanned<Duration>>,
    /// The whole entry.
    #[serde(skip)]
    pub span: Span,
}

equal_wherever_written!(Managed { by, region, size, multi_az, replicate_to, snapshots });

/// Who runs datastores for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Amazon Web Services.
    Aws,
}

impl Provider {
    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
        }
    }
}

choices! {
    Provider {
        "aws" => Self::Aws, "Amazon Web Services: RDS, ElastiCache, S3.";
    }
}

keys! {
    /// A provider runs the datastore where the engine is `kubernetes`; the engine `local` runs it like any other.
    ManagedKeys = "managed" {
        /// Who runs it.
        by (required): Spanned<Provider>;
        /// Where, by the provider's name.
        region: Spanned<Text>;
        /// How big, by the provider's name.
        size: Spanned<Text>;
        /// Whether a second one stands by in another zone.
        multi_az: bool, default "false";
        /// Another region to which it is copied all the time.
        replicate_to: Spanned<Text>;
        /// How long the provider's own snapshots are kept; of a bucket, old versions.
        snapshots: Spanned<Interval>;
    }
}

impl ManagedKeys {
    pub(crate) fn build(self) -> Option<Managed> {
        let text = |text: Option<Spanned<Text>>| text.map(|text| text.map(|text| text.0));
        Some(Managed {
            by: self.by?,
            region: text(self.region),
            size: text(self.size),
            multi_az: self.multi_az.unwrap_or(false),
            replicate_to: text(self.replicate_to),
            snapshots: self.snapshots.map(|kept| kept.map(|kept| kept.0)),
            span: self.span,
        })
    }
}
