//! Names of environments and teams, which must be declared in the file.

use towel_source::{Diagnostic, Node, Span, Spanned};

use crate::key::{Kind, Read, Reader, nearest, shorten};
use crate::word::{About, Json};

/// The name of a declared environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EnvironmentName(pub(crate) String);

/// The name of a declared environment, or a class of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EnvironmentOrClass(pub(crate) String);

/// The name of a declared team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TeamName(pub(crate) String);

impl EnvironmentOrClass {
    /// The names in a list; no list is an empty one.
    pub(crate) fn names(list: Option<Vec<Spanned<Self>>>) -> Vec<Spanned<String>> {
        list.unwrap_or_default().into_iter().map(|name| name.map(|name| name.0)).collect()
    }
}

const CLASSES: [&str; 3] = ["dev", "staging", "production"];

impl Read for EnvironmentName {
    fn kind() -> Kind {
        Kind::Word(about("the name of an environment"))
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let declared = reader.names.environments.clone();
        declared_name(node, reader, "environment", &Self::kind(), &declared, &[]).map(Self)
    }
}

impl Read for EnvironmentOrClass {
    fn kind() -> Kind {
        Kind::Word(about("the name or class of an environment"))
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let declared = reader.names.environments.clone();
        declared_name(node, reader, "environment", &Self::kind(), &declared, &CLASSES).map(Self)
    }
}

impl Read for TeamName {
    fn kind() -> Kind {
        Kind::Word(about("the name of a team"))
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let declared = reader.names.teams.clone();
        // A file without teams may still say who owns what.
        let any = declared.is_empty().then(|| node.text()).flatten();
        declared_name(node, reader, "team", &Self::kind(), &declared, any.as_slice()).map(Self)
    }
}

fn about(article: &'static str) -> About {
    About { article: article.into(), code: "unknown-reference", examples: &[], json: Json::Text }
}

/// A name that must be among those declared, or among some that always are.
fn declared_name(
    node: &Node,
    reader: &mut Reader<'_>,
    what: &str,
    kind: &Kind,
    declared: &[String],
    always: &[&str],
) -> Option<String> {
    let Some(text) = node.text() else {
        reader.wrong_type(node, kind);
        return None;
    };
    if declared.iter().any(|name| name == text) || always.contains(&text) {
        return Some(text.to_owned());
    }
    let fault = Diagnostic::error("unknown-reference", format!("there is no {what} `{}`", shorten(text)))
        .at(node.span, "not declared");
    let all = declared.iter().map(String::as_str).chain(always.iter().copied());
    reader.report(suggest(fault, text, node.span, all));
    None
}

/// Adds "did you mean", or else the list of what there is.
pub(crate) fn suggest<'a>(
    fault: Diagnostic,
    found: &str,
    span: Span,
    all: impl Iterator<Item = &'a str> + Clone,
) -> Diagnostic {
    if let Some(near) = nearest(found, all.clone()) {
        return fault.help(format!("did you mean `{near}`?")).suggest(span, near);
    }
    let mut known: Vec<String> = all.take(13).map(|name| format!("`{name}`")).collect();
    if known.len() == 13 {
        known[12] = "…".to_owned();
    }
    if known.is_empty() { fault } else { fault.note(format!("allowed: {}", known.join(", "))) }
}
