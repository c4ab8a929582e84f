//! A time without deploys.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use towel_source::{Diagnostic, Span, Spanned};

use crate::declared::EnvironmentOrClass;
use crate::environment::Setting;
use crate::equality::equal_wherever_written;
use crate::key::{Reader, keys};
use crate::word::{Text, Zone};

/// A time without deploys.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Freeze {
    /// Its name.
    pub name: Spanned<String>,
    /// When.
    pub window: Window,
    /// IANA time zone.
    pub timezone: Spanned<String>,
    /// The word that lets a deploy through.
    pub override_word: Option<Spanned<String>>,
    /// The whole entry.
    #[serde(skip)]
    pub span: Span,
}

equal_wherever_written!(Freeze { name, window, timezone, override_word });

impl Eq for Freeze {}

/// When a freeze holds, in local time of its zone. The end is excluded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// Once.
    Once {
        /// First moment.
        from: Spanned<DateTime>,
        /// First moment after it.
        to: Spanned<DateTime>,
    },
    /// Every week. Minutes since Monday 00:00; `to` may be less than `from` and wraps.
    Weekly(Spanned<WeekRange>),
}

/// A range of the week, in minutes since Monday 00:00 local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekRange {
    /// First minute.
    pub from: u32,
    /// First minute after it.
    pub to: u32,
}

keys! {
    /// A time in which nothing is deployed: once (`from`, `to`) or every week (`weekly`).
    FreezeKeys = "freeze" {
        /// Its name, shown to whoever is refused.
        name (required): Spanned<Text>;
        /// Environments, or classes of them, that it concerns.
        environments: Vec<Spanned<EnvironmentOrClass>>, default "all";
        /// First moment, in local time.
        from: Spanned<DateTime>;
        /// First moment after it, in local time.
        to: Spanned<DateTime>;
        /// Every week instead of once, in local time.
        weekly: Spanned<WeekRange>;
        /// Whose local time.
        timezone: Spanned<Zone>, default "the product's";
        /// The word that lets a deploy through; without one, nothing does.
        override_word as "override": Spanned<Text>;
    }
}

impl FreezeKeys {
    /// None when it does not concern the environment.
    pub(crate) fn build(self, setting: &Setting, zone: &Spanned<String>, reader: &mut Reader<'_>) -> Option<Freeze> {
        let name = self.name.clone()?.map(|name| name.0);
        let window = self.window(&name, reader)?;
        if !setting.concerns(self.environments.as_deref()) {
            return None;
        }
        Some(Freeze {
            name,
            window,
            timezone: self.timezone.map_or_else(|| zone.clone(), |zone| zone.map(|zone| zone.0)),
            override_word: self.override_word.map(|word| word.map(|word| word.0)),
            span: self.span,
        })
    }

    fn window(&self, name: &Spanned<String>, reader: &mut Reader<'_>) -> Option<Window> {
        match (self.from, self.to, self.weekly) {
            (Some(from), Some(to), None) if *from < *to => Some(Window::Once { from, to }),
            (Some(from), Some(to), None) => {
                reader.report(
                    Diagnostic::error("bad-freeze", format!("freeze `{name}` ends before it begins"))
                        .at(to.span, "the end")
                        .also(from.span, "the beginning"),
                );
                None
            }
            (None, None, Some(weekly)) => Some(Window::Weekly(weekly)),
            (from, to, weekly) => {
                // A value that is wrong has been reported; only what was never given is missing.
                if reader.errors_within(self.span) == 0 {
                    reader.report(unclear(
                        name,
                        from.map(|it| it.span).or(to.map(|it| it.span)),
                        weekly.map(|it| it.span),
                    ));
                }
                None
            }
        }
    }
}

fn unclear(name: &Spanned<String>, once: Option<Span>, weekly: Option<Span>) -> Diagnostic {
    match (once, weekly) {
        (Some(once), Some(weekly)) => {
            Diagnostic::error("conflicting-keys", format!("freeze `{name}` is both once and weekly"))
                .at(weekly, "every week")
                .also(once, "once")
                .help("keep `weekly`, or `from` and `to`; make two freezes of it if both are meant")
        }
        _ => Diagnostic::error("missing-key", format!("freeze `{name}` does not say when"))
            .at(once.unwrap_or(name.span), "expected both `from` and `to`, or `weekly`"),
    }
}
