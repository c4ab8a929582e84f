//! Links between pages, relative to where they stand.

/// Where a page stands below `docs/platform`, as far as links are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// Beside `README.md`.
    Top,
    /// In one of the folders.
    Folder,
}

impl From {
    const fn up(self) -> &'static str {
        match self {
            Self::Top => "",
            Self::Folder => "../",
        }
    }

    /// A service's page.
    pub(super) fn service(self, name: &str) -> String {
        format!("[{name}]({}services/{name}.md)", self.up())
    }

    /// A datastore's part of their page.
    pub(super) fn datastore(self, name: &str) -> String {
        format!("[{name}]({}datastores.md#{name})", self.up())
    }

    /// An alert's runbook.
    pub(super) fn runbook(self, alert: &str) -> String {
        format!("[{alert}]({}runbooks/{alert}.md)", self.up())
    }

    /// Another page, by its path below `docs/platform`.
    pub(super) fn page(self, text: &str, path: &str) -> String {
        format!("[{text}]({}{path})", self.up())
    }
}
