//! What parts of a product are built with.

/// What a part of a product is built with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Nestjs,
    Node,
    Nextjs,
    Static,
    Php,
    Python,
    Go,
    Rust,
    /// Only clients are; there is no image of it.
    Flutter,
}

impl Kind {
    /// As `stack:` writes it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "nestjs" => Self::Nestjs,
            "node" => Self::Node,
            "nextjs" => Self::Nextjs,
            "static" => Self::Static,
            "php" => Self::Php,
            "python" => Self::Python,
            "go" => Self::Go,
            "rust" => Self::Rust,
            "flutter" => Self::Flutter,
            _ => return None,
        })
    }
}
