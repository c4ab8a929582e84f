//! A probe that asks from outside, as users do.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use towel_source::Spanned;

use crate::Template;
use crate::declared::EnvironmentOrClass;
use crate::environment::Setting;
use crate::key::{Reader, keys};
use crate::reference::{Filled, Scope};
use crate::word::{Interval, Status};

/// A probe from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideProbe {
    /// What is fetched.
    pub url: Spanned<Template>,
    /// From one to the next.
    pub every: Spanned<Duration>,
    /// Status.
    pub expect: Spanned<u16>,
}

keys! {
    /// A URL that is fetched again and again from outside, as users would.
    OutsideProbeKeys = "probe" {
        /// What is fetched.
        url (required): Spanned<Filled>;
        /// From one question to the next.
        every: Spanned<Interval>, default "30s";
        /// The status that means it is well.
        expect: Spanned<Status>, default "200";
        /// Environments, or classes of them, that are probed.
        environments: Vec<Spanned<EnvironmentOrClass>>, default "all";
    }
}

impl OutsideProbeKeys {
    /// None when it does not concern the environment.
    pub(crate) fn build(self, setting: &Setting, reader: &mut Reader<'_>) -> Option<OutsideProbe> {
        let url = self.url?.map(|url| url.0);
        reader.restrict(&url, &[Scope::Environment]);
        if !setting.concerns(self.environments.as_deref()) {
            return None;
        }
        let every = self.every.unwrap_or(Spanned::new(Interval(Duration::from_secs(30)), url.span));
        let expect = self.expect.unwrap_or(Spanned::new(Status(200), url.span));
        Some(OutsideProbe { url, every: every.map(|every| every.0), expect: expect.map(|status| status.0) })
    }
}
