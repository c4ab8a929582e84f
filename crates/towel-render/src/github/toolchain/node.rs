//! Node, with npm, pnpm or yarn.

use super::{Toolchain, Variants};
use crate::docker::{Kind, NODE_VERSION};
use crate::github::action::{CACHE, NODE};
use crate::github::component::Component;
use crate::github::step::{expression, on_release, run, uses};
use crate::yaml::Map;

/// Which manager is meant is known when the lock file is seen. It decides the installation, and all that comes later.
const INSTALL: &str = r#"if [ -f pnpm-lock.yaml ]; then manager=pnpm
elif [ -f yarn.lock ]; then manager=yarn
else manager=npm
fi
[ "$manager" = npm ] || corepack enable "$manager"
echo "MANAGER=$manager" >> "$GITHUB_ENV"
case "$manager" in
  npm) npm ci ;;
  pnpm) pnpm install --frozen-lockfile ;;
  yarn) if [ -f .yarnrc.yml ]; then yarn install --immutable; else yarn install --frozen-lockfile; fi ;;
esac
if [ -f prisma/schema.prisma ]; then npx --no-install prisma generate; fi
"#;

/// A script that is not there is told of and does not stop anything, so that a young project starts with what it has.
const SCRIPT: &str = r#"if jq --exit-status --arg name "$SCRIPT" '.scripts[$name]' package.json > /dev/null; then
  "$MANAGER" run "$SCRIPT"
else
  echo "::warning::package.json has no script \"$SCRIPT\", so nothing was checked"
fi
"#;

const UNIT: &str = r#"if jq --exit-status '.scripts["test:cov"]' package.json > /dev/null; then
  "$MANAGER" run test:cov
elif [ "$MANAGER" = yarn ]; then
  yarn run test --coverage
else
  "$MANAGER" run test -- --coverage
fi
"#;

const BROWSER: &str =
    "if [ -d node_modules/@playwright/test ]; then npx --no-install playwright install --with-deps chromium; fi";

const AUDIT: &str = r#"if [ -f pnpm-lock.yaml ]; then
  corepack enable pnpm
  pnpm audit --audit-level high
elif [ -f .yarnrc.yml ]; then
  corepack enable yarn
  yarn npm audit --all --recursive --severity high
elif [ -f yarn.lock ]; then
  corepack enable yarn
  # Its exit status adds up severities; 8 and 16 are high and critical.
  yarn audit --level high || [ $? -lt 8 ]
else
  npm audit --audit-level=high
fi
"#;

/// Pages may be written by hand.
const PLAIN: &str =
    "if [ ! -f package.json ]; then\n  echo \"there is no package.json, so there is nothing to do\"\n  exit 0\nfi\n";

pub(super) fn toolchain(component: &Component<'_>) -> Toolchain {
    let plain = if component.kind == Kind::Static { PLAIN } else { "" };
    let script = |text: &str| format!("{plain}{text}");
    let mut setup = vec![node(), cache(component), run("Install packages", script(INSTALL))];
    if component.kind == Kind::Nextjs {
        setup.insert(2, next_cache(component));
    }
    let unit = [setup.clone(), vec![run("Test", script(UNIT))]].concat();
    let mut list = vec![("lint", "lint"), ("format", "format:check"), ("types", "typecheck")];
    // Plain Node may run as it is written.
    if component.kind != Kind::Node {
        list.push(("build", "build"));
    }
    let suites = [("integration", "test:integration"), ("e2e", "test:e2e")];
    Toolchain {
        checks: Variants::scripts(&list, script(SCRIPT)),
        unit,
        coverage: "coverage",
        suites: Some(
            Variants::scripts(&suites, script(SCRIPT))
                .after(vec![run("Install a browser, if tests need one", BROWSER)]),
        ),
        audit: vec![node(), run("Audit packages", script(AUDIT))],
        ecosystem: "npm",
        codeql: Some(("javascript-typescript", "none")),
        setup,
    }
}

fn node() -> Map {
    let with = Map::new().with("node-version", NODE_VERSION).with("package-manager-cache", false);
    uses("Set up Node", NODE, with)
}

/// What managers have downloaded, kept while the lock file stays the same.
fn cache(component: &Component<'_>) -> Map {
    let lock = |file: &str| format!("'{}'", component.path(file));
    let files = [lock("package-lock.json"), lock("pnpm-lock.yaml"), lock("yarn.lock")].join(", ");
    let prefix = format!("{}-packages-", component.workflow());
    let with = Map::new()
        .with("path", "~/.npm\n~/.local/share/pnpm/store\n~/.cache/yarn\n~/.yarn/berry/cache\n")
        .with("key", format!("{prefix}{}", expression(&format!("hashFiles({files})"))))
        .with("restore-keys", prefix)
        .with("lookup-only", on_release());
    uses("Keep downloads", CACHE, with)
}

/// What Next.js has compiled.
fn next_cache(component: &Component<'_>) -> Map {
    let prefix = format!("{}-next-", component.workflow());
    let with = Map::new()
        .with("path", component.path(".next/cache"))
        .with("key", format!("{prefix}{}", expression("github.sha")))
        .with("restore-keys", prefix)
        .with("lookup-only", on_release());
    uses("Keep what Next.js has compiled", CACHE, with)
}
