//! Which tool a file belongs to, by what stands in it.

use towel_source::Node;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Docker Compose.
    Compose,
    /// Score.
    Score,
    /// Kamal's `deploy.yml`.
    Kamal,
    /// A Render blueprint.
    Render,
}

impl Format {
    /// As people say it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compose => "a compose file",
            Self::Score => "a Score file",
            Self::Kamal => "a Kamal deploy file",
            Self::Render => "a Render blueprint",
        }
    }

    /// The format of a file; none when it is of none of them.
    pub(crate) fn of(root: &Node) -> Option<Self> {
        let has = |key: &str| root.get(key).is_some();
        let list = |key: &str| root.get(key).is_some_and(|node| node.sequence().is_some());
        if root.get("apiVersion").and_then(Node::text).is_some_and(|version| version.starts_with("score.dev/")) {
            return Some(Self::Score);
        }
        if list("services") || list("databases") || list("projects") || list("envVarGroups") {
            return Some(Self::Render);
        }
        if root.get("service").is_some_and(|service| service.text().is_some()) && (has("image") || has("servers")) {
            return Some(Self::Kamal);
        }
        root.get("services").and_then(Node::mapping).map(|_| Self::Compose)
    }
}
