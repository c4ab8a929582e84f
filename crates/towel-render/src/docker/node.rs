//! Dockerfiles of what a package manager of Node builds: NestJS, plain Node, and the building of pages.

use super::command::literal;
use super::ending::{Ending, Entrypoint, beginning, packages};
use super::{Build, Kind, base};

/// Install, build and prune with npm, pnpm or yarn: the lock file says which.
const PACKAGES: &str = r#"# npm, pnpm or yarn, whichever wrote the lock file; `packageManager` in package.json says which version of it.
COPY --chmod=0755 <<"EOF" /usr/local/bin/packages
#!/bin/sh
set -eu

if [ -f pnpm-lock.yaml ]; then manager=pnpm
elif [ -f yarn.lock ]; then manager=yarn
elif [ -f package-lock.json ] || [ -f npm-shrinkwrap.json ]; then manager=npm
else
    echo "there is no lock file beside package.json: commit the one that npm, pnpm or yarn writes" >&2
    exit 1
fi
[ "$manager" = npm ] || corepack enable "$manager"
[ "$manager" != yarn ] || case "$(yarn --version)" in 1.*) manager=yarn-classic ;; esac

case "$1 $manager" in
    "install npm") npm ci ;;
    "install pnpm") pnpm install --frozen-lockfile ;;
    "install yarn") yarn install --immutable ;;
    "install yarn-classic") yarn install --frozen-lockfile ;;
    "prune npm") npm prune --omit=dev ;;
    "prune pnpm") pnpm prune --prod ;;
    "prune yarn") yarn workspaces focus --production ;;
    "prune yarn-classic") yarn install --frozen-lockfile --production --ignore-scripts --prefer-offline ;;
    run*) "${manager%-classic}" run "$2" ;;
esac
EOF
"#;

/// Everything up to installed packages, in a stage called `build`.
pub(super) fn installed(also: &str) -> String {
    format!(
        r#"FROM {image} AS build
ENV CI=true \
    COREPACK_ENABLE_DOWNLOAD_PROMPT=0 \
    HOME=/build \
    NEXT_TELEMETRY_DISABLED=1 \
    YARN_NODE_LINKER=node-modules
WORKDIR /app

{PACKAGES}
# Only what decides the packages, so that this layer lasts until they change. A private registry's key comes as a secret
# and stays out of every layer: docker build --secret id=npmrc,src=$HOME/.npmrc
COPY {also}package.json* package-lock.json* npm-shrinkwrap.json* pnpm-lock.yaml* pnpm-workspace.yaml* yarn.lock* .npmrc* .yarnrc.yml* ./
"#,
        image = base::NODE_BUILD,
    )
}

/// The instruction that installs packages, or does `what` with them.
pub(super) fn install(what: &str) -> String {
    format!(
        r"RUN --mount=type=secret,id=npmrc,target=/build/.npmrc,required=false \
    --mount=type=cache,target=/build/.npm \
    --mount=type=cache,target=/build/.local/share/pnpm/store \
    --mount=type=cache,target=/build/.yarn/berry/cache \
    --mount=type=cache,target=/usr/local/share/.cache/yarn \
    {what}
"
    )
}

pub(super) fn dockerfile(build: &Build<'_>) -> String {
    let must_build = build.kind == Kind::Nestjs;
    let compile = if must_build {
        "packages run build\n".to_owned()
    } else {
        "if node -e 'process.exit(require(\"./package.json\").scripts?.build ? 0 : 1)'; then packages run build; fi\n"
            .to_owned()
    };
    let sources = if must_build { "\n# What was compiled from them is enough.\nRUN rm -rf src test\n" } else { "" };
    let port = build.port().map(|port| format!(" \\\n    PORT={port}")).unwrap_or_default();
    let command = literal(build.service).unwrap_or_else(|| default_command(build.kind));
    let ending = Ending { build, signal: "SIGTERM", entrypoint: Entrypoint::Init, command };
    [
        beginning(build, base::NODE),
        installed(""),
        install("packages install"),
        "\nCOPY . .\n".to_owned(),
        "# Prisma's client is made from its schema, which was not there when packages were installed.\n".to_owned(),
        format!(
            "RUN <<\"EOF\"\nset -eu\nif [ -f prisma/schema.prisma ]; then npx --no-install prisma generate; fi\n{compile}EOF\n\n"
        ),
        install("packages prune"),
        sources.to_owned(),
        format!("\nFROM {}\n", base::NODE),
        "# openssl is what Prisma's engines link to.\n".to_owned(),
        packages(&["openssl=3.0.*", "tini=0.19.*"]),
        format!("ENV NODE_ENV=production{port}\nWORKDIR /app\n"),
        "# Owned by root: the service cannot change its own code.\nCOPY --from=build /app ./\n".to_owned(),
        ending.text(),
    ]
    .concat()
}

/// `node .` starts what `main` in package.json names.
fn default_command(kind: Kind) -> Vec<String> {
    let program = if kind == Kind::Nestjs { "dist/main.js" } else { "." };
    vec!["node".to_owned(), program.to_owned()]
}
