//! Promises to users.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use towel_source::{Span, Spanned};

use crate::equality::equal_wherever_written;
use crate::key::{Map, keys};
use crate::word::{Interval, Period, Quantile, Share};
use crate::{Percent, Rate};

/// Promises to users.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Slo {
    /// Share of good requests.
    pub availability: Option<Spanned<Percent>>,
    /// Quantile (0.95) and the time within which that share is answered.
    pub latency: Vec<(f64, Spanned<Duration>)>,
    /// The period.
    pub over: Spanned<Duration>,
    /// Expected traffic.
    pub traffic: Option<Spanned<Rate>>,
    /// The whole entry.
    #[serde(skip)]
    pub span: Span,
}

equal_wherever_written!(Slo { availability, latency, over, traffic });

keys! {
    /// Promises to users. What they leave open is the error budget.
    SloKeys = "slo" {
        /// Share of requests that are answered well.
        availability: Spanned<Share>;
        /// Quantiles, and the time within which that share of requests is answered.
        latency: Map<Quantile, Spanned<Interval>>;
        /// The period over which the promise is kept.
        over: Spanned<Period>, default "30d";
        /// Expected traffic, for judging whether a canary can be judged.
        traffic: Spanned<Rate>;
    }
}

impl SloKeys {
    pub(crate) fn build(self) -> Slo {
        let latency = self.latency.unwrap_or_default().entries;
        Slo {
            availability: self.availability.map(|share| share.map(|share| share.0)),
            latency: latency.into_iter().map(|(quantile, within)| (quantile.value.0, within.map(|it| it.0))).collect(),
            over: self
                .over
                .map_or(Spanned::new(Duration::from_secs(30 * 86_400), self.span), |over| over.map(|it| it.0)),
            traffic: self.traffic,
            span: self.span,
        }
    }
}
