//! Whether deploys are refused now, and when that changes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use towel_model::Freeze;

use super::window;

/// A freeze that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Its name.
    pub name: String,
    /// First moment after it.
    pub until: Timestamp,
    /// Its time zone, in which `until` is shown to people.
    pub timezone: String,
    /// The word that lets a deploy through, if any does.
    pub override_word: Option<String>,
}

/// A moment at which it begins or ends to be frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// The freeze that holds from then on; none when deploys are allowed from then on.
    pub into: Option<Hit>,
}

/// The freeze that holds now; of several, the one that ends last.
pub fn is_frozen(now: Timestamp, freezes: &[Freeze]) -> Option<Hit> {
    let holding = freezes.iter().filter_map(|freeze| {
        let span = window::spans(freeze, now).into_iter().find(|span| span.holds(now))?;
        Some(Hit {
            name: freeze.name.value.clone(),
            until: span.to,
            timezone: freeze.timezone.value.clone(),
            override_word: freeze.override_word.as_ref().map(|word| word.value.clone()),
        })
    });
    holding.max_by_key(|hit| hit.until)
}

/// When it next begins or ends to be frozen; none when nothing changes any more.
pub fn next_change(now: Timestamp, freezes: &[Freeze]) -> Option<Change> {
    let frozen = is_frozen(now, freezes).is_some();
    let mut moments: Vec<Timestamp> = freezes
        .iter()
        .flat_map(|freeze| window::spans(freeze, now))
        .flat_map(|span| [span.from, span.to])
        .filter(|at| *at > now)
        .collect();
    moments.sort_unstable();
    // One window may begin as another ends; only a change of the answer counts.
    moments.into_iter().find_map(|at| {
        let into = is_frozen(at, freezes);
        (into.is_some() != frozen).then_some(Change { at, into })
    })
}

impl Hit {
    /// Whether `word` is the override word, letter by letter.
    pub fn lets_through(&self, word: Option<&str>) -> bool {
        self.override_word.is_some() && self.override_word.as_deref() == word
    }

    /// Its end as people in its time zone read it.
    pub fn until_there(&self) -> String {
        self.until.to_zoned(window::zone(&self.timezone)).strftime("%a %Y-%m-%d %H:%M %Z").to_string()
    }
}

impl std::fmt::Display for Hit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the freeze `{}` (until {})", self.name, self.until_there())
    }
}
