//! What becomes of a fact in a target: kept, approximated, dropped, or none of the target's business.

use std::borrow::Cow;

use towel_source::Span;

use crate::{Fact, Target};

/// What becomes of a fact in a target.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Treatment {
    /// It is there, as it was meant.
    Kept,
    /// Something like it is there; how it differs.
    Approximated(Cow<'static, str>),
    /// The target should say it and cannot; why.
    Dropped(Cow<'static, str>),
    /// The target speaks of other things.
    Elsewhere,
}

impl Treatment {
    /// Approximated, because.
    pub(crate) fn approximated(why: impl Into<Cow<'static, str>>) -> Self {
        Self::Approximated(why.into())
    }

    /// Dropped, because.
    pub(crate) fn dropped(why: impl Into<Cow<'static, str>>) -> Self {
        Self::Dropped(why.into())
    }
}

/// What becomes of one line of `towel.yaml` in one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The target.
    pub target: Target,
    /// The key, such as `services.api.drain`.
    pub path: String,
    /// Where it stands.
    pub span: Span,
    /// What becomes of it.
    pub treatment: Treatment,
}

impl Finding {
    /// None where the fact is none of the target's business.
    pub(crate) fn of(target: Target, fact: &Fact<'_>) -> Option<Self> {
        match target.treat(fact) {
            Treatment::Elsewhere => None,
            treatment => Some(Self { target, path: fact.path(), span: fact.span, treatment }),
        }
    }
}
