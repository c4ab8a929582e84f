//! What a word is: how it is parsed, described and shown when it is wrong.

use std::borrow::Cow;

use towel_source::{Diagnostic, Span};

use crate::key::shorten;

/// A type that is written as one scalar.
pub(crate) trait Word: Sized {
    /// What it is.
    fn about() -> About;
    /// The value of a text.
    fn parse(text: &str) -> Result<Self, Fault>;
}

/// What a word is, for messages and for the schema.
#[derive(Debug, Clone)]
pub(crate) struct About {
    /// With its article: `a duration`.
    pub(crate) article: Cow<'static, str>,
    /// The code of a fault in it.
    pub(crate) code: &'static str,
    /// What one looks like.
    pub(crate) examples: &'static [&'static str],
    /// What it is in JSON.
    pub(crate) json: Json,
}

/// What a word is in JSON, which is what editors make of a plain YAML scalar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    /// Text; a scalar that looks like a number or a truth value is text here too.
    Text,
    /// Text of this form, an ECMA 262 expression without anchors.
    Pattern(Cow<'static, str>),
    /// Text of this form, or a plain number.
    PatternOrNumber(Cow<'static, str>),
    /// A whole number.
    Integer {
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
}

/// Why a text is not such a word.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fault {
    /// What is wrong, when "is not a duration" does not say it.
    pub(crate) message: Option<String>,
    /// What to write instead.
    pub(crate) help: Option<String>,
    /// A text that was probably meant.
    pub(crate) fix: Option<String>,
    /// Its code, when it is not that of every fault in such a word.
    pub(crate) code: Option<&'static str>,
}

impl Fault {
    /// It does not look like one at all.
    pub(crate) fn form() -> Self {
        Self::default()
    }

    /// It looks like one and cannot be one.
    pub(crate) fn because(message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), ..Self::default() }
    }

    /// What was probably meant.
    pub(crate) fn meant(fix: impl Into<String>) -> Self {
        let fix = fix.into();
        Self { help: Some(format!("write `{fix}`")), fix: Some(fix), ..Self::default() }
    }

    /// What to do about it.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// As a finding about `text` at `span`.
    pub(crate) fn explain(self, text: &str, span: Span, about: &About) -> Diagnostic {
        let found = shorten(text);
        let message = self.message.unwrap_or_else(|| format!("`{found}` is not {}", about.article));
        let mut fault =
            Diagnostic::error(self.code.unwrap_or(about.code), message).at(span, format!("expected {}", about.article));
        if !about.examples.is_empty() {
            let examples: Vec<String> = about.examples.iter().map(|example| format!("`{example}`")).collect();
            fault = fault.note(format!("for example {}", examples.join(", ")));
        }
        if let Some(help) = self.help {
            fault = fault.help(help);
        }
        match self.fix {
            Some(fix) => fault.suggest(span, fix),
            None => fault,
        }
    }
}

/// Lets words be read from nodes. Not a blanket implementation: lists and maps are read otherwise.
macro_rules! words {
    ($($word:ty),+ $(,)?) => {
        $(impl $crate::key::Read for $word {
            fn kind() -> $crate::key::Kind {
                $crate::key::Kind::Word(<Self as $crate::word::Word>::about())
            }

            fn read(node: &towel_source::Node, reader: &mut $crate::key::Reader<'_>) -> Option<Self> {
                reader.word(node)
            }
        })+
    };
}

pub(crate) use words;

/// Checks a word's parsing in a test: what `show` makes of it, or the fault in words.
#[cfg(test)]
pub(crate) fn shown<W: Word>(text: &str, show: impl Fn(W) -> String) -> String {
    match W::parse(text) {
        Ok(word) => show(word),
        Err(fault) => {
            let found = fault.explain(text, Span::default(), &W::about());
            [vec![found.message], found.help].concat().join("; ")
        }
    }
}
