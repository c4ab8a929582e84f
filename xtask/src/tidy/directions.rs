//! The line of crates: a crate may use what stands to its left, never what stands to its right.

use cargo_metadata::{DependencyKind, Metadata};

use super::findings::Finding;

/// Left to right.
const LINE: [&str; 7] =
    ["towel-source", "towel-model", "towel-check", "towel-render", "towel-engine", "towel-rollout", "towel"];
/// Beside the line: they use no crate of this workspace, unless listed below, and who may use them.
const BESIDE: [(&str, &[&str]); 4] = [
    ("towel-gateway", &["towel", "xtask"]),
    ("pizzeria", &["towel", "xtask"]),
    ("towel-import", &["towel", "xtask"]),
    ("towel-testkit", &[]),
];
/// Those beside the line that may use some of it.
const BUILT_ON: [(&str, &[&str]); 1] = [("towel-import", &["towel-source", "towel-model", "towel-check"])];
/// Crates that only compute; none of these is theirs to use.
const PURE: [&str; 5] = ["towel-source", "towel-model", "towel-check", "towel-render", "towel-import"];
const IMPURE: [&str; 15] = [
    "axum",
    "cargo_metadata",
    "hyper",
    "hyper-util",
    "mio",
    "nix",
    "reqwest",
    "rusqlite",
    "rustix",
    "rustls",
    "socket2",
    "tempfile",
    "tokio",
    "tokio-rustls",
    "tokio-tungstenite",
];

/// A package and what it uses.
pub(super) struct Package {
    pub(super) name: String,
    pub(super) uses: Vec<Use>,
}

/// One dependency.
pub(super) struct Use {
    pub(super) name: String,
    pub(super) in_tests_only: bool,
}

/// The packages of the workspace.
pub(super) fn packages(metadata: &Metadata) -> Vec<Package> {
    let uses = |package: &&cargo_metadata::Package| {
        let in_tests_only = |kind| matches!(kind, DependencyKind::Development);
        let uses = package.dependencies.iter();
        uses.map(|used| Use { name: used.name.clone(), in_tests_only: in_tests_only(used.kind) }).collect()
    };
    let packages = metadata.workspace_packages();
    packages.iter().map(|package| Package { name: package.name.to_string(), uses: uses(package) }).collect()
}

/// Uses against the direction of the line.
pub(super) fn check(packages: &[Package]) -> Vec<Finding> {
    let own: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut findings = Vec::new();
    for package in packages {
        let mut complain = |what: String| findings.push(Finding::error(&package.name, 0, what));
        if place(&package.name).is_none() && beside(&package.name).is_none() && package.name != "xtask" {
            complain("this crate has no place in the line; give it one in xtask/src/tidy/directions.rs".to_owned());
        }
        for used in &package.uses {
            if own.contains(&used.name.as_str()) {
                if let Some(wrong) = against(&package.name, used) {
                    complain(wrong);
                }
            } else if PURE.contains(&package.name.as_str())
                && IMPURE.contains(&used.name.as_str())
                && !used.in_tests_only
            {
                complain(format!("uses `{}`, and only computes; take what is needed as a parameter", used.name));
            }
        }
    }
    findings
}

/// Why `user` must not use this crate of the workspace, if so.
fn against(user: &str, used: &Use) -> Option<String> {
    let name = used.name.as_str();
    if name == "towel-testkit" {
        // Chores are tests in all but name.
        return (!used.in_tests_only && user != "xtask").then(|| format!("uses `{name}` outside tests"));
    }
    if user == "xtask" {
        return None;
    }
    if BUILT_ON.iter().any(|(builder, on)| *builder == user && on.contains(&name)) {
        return None;
    }
    if let Some(users) = beside(name) {
        return (!users.contains(&user)).then(|| format!("uses `{name}`, which stands beside the line"));
    }
    match (place(user), place(name)) {
        (Some(user), Some(used)) if used < user => None,
        (Some(_), Some(_)) => Some(format!("uses `{name}`, which stands to its right: {}", LINE.join(" ← "))),
        _ => Some(format!("uses `{name}`, and may use no crate of the line")),
    }
}

fn place(name: &str) -> Option<usize> {
    LINE.iter().position(|known| *known == name)
}

fn beside(name: &str) -> Option<&'static [&'static str]> {
    BESIDE.iter().find(|(known, _)| *known == name).map(|(_, users)| *users)
}

#[cfg(test)]
mod tests {
    use super::super::findings::told;
    use super::*;

    fn package(name: &str, uses: &[&str]) -> Package {
        let one = |name: &&str| match name.strip_prefix("test:") {
            Some(name) => Use { name: name.to_owned(), in_tests_only: true },
            None => Use { name: (*name).to_owned(), in_tests_only: false },
        };
        Package { name: name.to_owned(), uses: uses.iter().map(one).collect() }
    }

    fn check_one(name: &str, uses: &[&str]) -> Vec<String> {
        let mut packages: Vec<_> = LINE.iter().filter(|known| **known != name).map(|name| package(name, &[])).collect();
        packages.extend(BESIDE.iter().filter(|(known, _)| *known != name).map(|(name, _)| package(name, &[])));
        packages.push(package(name, uses));
        told(&check(&packages))
    }

    #[test]
    fn the_left_may_be_used_and_tests_may_use_the_testkit() {
        assert!(check_one("towel-check", &["towel-source", "towel-model", "serde", "test:towel-testkit"]).is_empty());
        assert!(check_one("towel", &["towel-rollout", "towel-gateway", "pizzeria", "tokio"]).is_empty());
    }

    #[test]
    fn the_right_may_not_be_used() {
        let line = "towel-source ← towel-model ← towel-check ← towel-render ← towel-engine ← towel-rollout ← towel";
        assert_eq!(
            check_one("towel-model", &["towel-check"]),
            [format!("error: towel-model: uses `towel-check`, which stands to its right: {line}")]
        );
    }

    #[test]
    fn importing_is_built_on_the_pure_end_of_the_line_only() {
        assert!(check_one("towel-import", &["towel-source", "test:towel-model", "test:towel-check"]).is_empty());
        assert_eq!(check_one("towel-import", &["towel-engine"]).len(), 1);
        assert_eq!(check_one("towel-render", &["towel-import"]).len(), 1);
    }

    #[test]
    fn the_gateway_uses_no_other_crate_and_not_even_in_tests() {
        assert_eq!(check_one("towel-gateway", &["test:towel-source"]).len(), 1);
        assert_eq!(check_one("towel-engine", &["towel-gateway"]).len(), 1);
        assert_eq!(check_one("towel-engine", &["towel-testkit"]).len(), 1);
    }

    #[test]
    fn a_pure_crate_uses_nothing_that_touches_the_world() {
        for name in ["tokio", "nix", "rusqlite", "hyper"] {
            assert_eq!(check_one("towel-check", &[name]).len(), 1, "{name}");
        }
        assert!(check_one("towel-check", &["test:tokio"]).is_empty());
    }

    #[test]
    fn a_crate_without_a_place_is_refused() {
        assert_eq!(check_one("towel-novel", &[]).len(), 1);
    }
}
