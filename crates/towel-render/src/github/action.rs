//! The actions that workflows use: each named by the commit that its version was when this was written. Tags can be moved,
//! commits cannot; Dependabot proposes newer ones.
//!
//! Each commit was read from the tags of a copy of the action's repository (`git rev-parse v7.0.1^{commit}`), except that of
//! `ramsey/composer-install`: that copy is older than the version, so its commit was taken from published workflows.

use crate::yaml::Map;

/// An action at one commit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Action {
    name: &'static str,
    version: &'static str,
    commit: &'static str,
}

macro_rules! actions {
    ($($constant:ident = $name:literal $version:literal $commit:literal;)+) => {
        $(pub(super) const $constant: Action = Action { name: $name, version: $version, commit: $commit };)+

        #[cfg(test)]
        const ALL: &[Action] = &[$($constant,)+];
    };
}

actions! {
    CHECKOUT = "actions/checkout" "v7.0.1" "3d3c42e5aac5ba805825da76410c181273ba90b1";
    CACHE = "actions/cache" "v5.0.5" "27d5ce7f107fe9357f9df03efb73ab90386fccae";
    UPLOAD = "actions/upload-artifact" "v7.0.0" "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f";
    NODE = "actions/setup-node" "v7.0.0" "820762786026740c76f36085b0efc47a31fe5020";
    GO = "actions/setup-go" "v7.0.0" "b7ad1dad31e06c5925ef5d2fc7ad053ef454303e";
    JAVA = "actions/setup-java" "v5.7.0" "b6effb05e454b25005698d916606bdc6ffcbf961";
    UV = "astral-sh/setup-uv" "v10.0.1" "20cfd1bf945f4377ade1205e4dbc17946fc9a30d";
    PHP = "shivammathur/setup-php" "2.37.2" "f3e473d116dcccaddc5834248c87452386958240";
    COMPOSER = "ramsey/composer-install" "3.1.1" "3cf229dc2919194e9e36783941438d17239e8520";
    RUST_CACHE = "Swatinem/rust-cache" "v2.9.2" "6323deb102c322ba6fcbdcafc7e3dddab59af2b6";
    FLUTTER = "subosito/flutter-action" "v2.23.0" "1a449444c387b1966244ae4d4f8c696479add0b2";
    BUILDX = "docker/setup-buildx-action" "v4.3.0" "37fe631027851001ddb9b187196cc803df7f5f0e";
    LOGIN = "docker/login-action" "v4.1.0" "4907a6ddec9925e35a0a9e82d7399ccc52663121";
    METADATA = "docker/metadata-action" "v6.2.0" "dc802804100637a589fabce1cb79ff13a1411302";
    BUILD = "docker/build-push-action" "v7.3.0" "53b7df96c91f9c12dcc8a07bcb9ccacbed38856a";
    AWS = "aws-actions/configure-aws-credentials" "v6.2.3" "e6de054238d6b7531b4efff3b6587d9aade6a06c";
    TRIVY = "aquasecurity/trivy-action" "v0.36.0" "ed142fd0673e97e23eac54620cfb913e5ce36c25";
    CODEQL_INIT = "github/codeql-action/init" "v4.36.2" "8aad20d150bbac5944a9f9d289da16a4b0d87c1e";
    CODEQL_ANALYZE = "github/codeql-action/analyze" "v4.36.2" "8aad20d150bbac5944a9f9d289da16a4b0d87c1e";
    SARIF = "github/codeql-action/upload-sarif" "v4.36.2" "8aad20d150bbac5944a9f9d289da16a4b0d87c1e";
}

impl Action {
    /// Adds the key `uses` to a step.
    pub(super) fn add_to(self, step: Map) -> Map {
        step.with("uses", format!("{}@{}", self.name, self.commit)).beside(self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_pinned_by_a_whole_commit() {
        for action in ALL {
            let whole = action.commit.len() == 40 && action.commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(whole && action.name.contains('/'), "{action:?}");
        }
    }
}
