//! Rust.

use super::{Toolchain, Variants};
use crate::docker::RUST_VERSION;
use crate::github::action::RUST_CACHE;
use crate::github::component::Component;
use crate::github::step::{on_release, run, run_with, uses};
use crate::yaml::Map;

const SUITE: &str = r#"if cargo metadata --no-deps --format-version 1 \
  | jq --exit-status --arg name "$SCRIPT" 'any(.packages[].targets[]; .kind == ["test"] and .name == $name)' > /dev/null; then
  cargo test --locked --workspace --test "$SCRIPT"
else
  echo "::warning::no package has tests/$SCRIPT.rs, so nothing was checked"
fi
"#;

const UNIT: &str = "cargo install cargo-llvm-cov --locked --version 0.9.1
cargo llvm-cov --locked --workspace --lib --bins --lcov --output-path lcov.info
";

const AUDIT: &str = "cargo install cargo-audit --locked --version 0.22.2
cargo audit
";

pub(super) fn toolchain(component: &Component<'_>) -> Toolchain {
    let setup = vec![rust(), cache(component)];
    Toolchain {
        checks: Variants::commands(&[
            ("lint", "cargo clippy --locked --workspace --all-targets -- --deny warnings"),
            ("format", "cargo fmt --all --check"),
            ("types", "cargo check --locked --workspace --all-targets"),
        ]),
        unit: [setup.clone(), vec![run("Test", UNIT)]].concat(),
        coverage: "lcov.info",
        suites: Some(Variants::scripts(&[("integration", "integration"), ("e2e", "e2e")], SUITE)),
        audit: vec![rust(), run("Audit crates", AUDIT)],
        ecosystem: "cargo",
        codeql: Some(("rust", "none")),
        setup,
    }
}

/// `rust-toolchain.toml`, where there is one, goes before this.
fn rust() -> Map {
    let env = Map::new().with("TOOLCHAIN", RUST_VERSION);
    let script = "rustup toolchain install \"$TOOLCHAIN\" --profile minimal --component clippy,llvm-tools,rustfmt\n\
                  rustup default \"$TOOLCHAIN\"\n";
    run_with("Set up Rust", env, script)
}

fn cache(component: &Component<'_>) -> Map {
    let with = Map::new().with("workspaces", component.place().to_owned()).with("lookup-only", on_release());
    uses("Keep what was compiled", RUST_CACHE, with)
}
