//! Dockerfiles of Rust: dependencies are compiled before sources arrive.

use towel_model::Ask;

use super::check::probe;
use super::command::program;
use super::ending::{Ending, Entrypoint, beginning, packages};
use super::{Build, base};

pub(super) fn dockerfile(build: &Build<'_>) -> String {
    let (program, arguments) = program(build.service);
    let command = std::iter::once(format!("/usr/local/bin/{program}")).chain(arguments).collect();
    let ending = Ending { build, signal: "SIGTERM", entrypoint: Entrypoint::Init, command };
    let port = build.port().map(|port| format!("ENV PORT={port}\n")).unwrap_or_default();
    let mut needed = vec!["ca-certificates=2023*", "libssl3=3.0.*", "tini=0.19.*"];
    if probe(build.service).is_some_and(|probe| matches!(probe.ask, Ask::Http(_))) {
        needed.push("curl=7.88.*");
    }
    [
        beginning(build, base::DEBIAN),
        format!(
            r#"FROM {image} AS chef
RUN cargo install cargo-chef --locked --version 0.1.78
WORKDIR /app

FROM chef AS plan
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS build
# The recipe changes with the dependencies only, and so does what is compiled here.
COPY --from=plan /app/recipe.json ./
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    cargo chef cook --release --locked --recipe-path recipe.json

COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry <<"EOF"
set -eu
cargo build --release --locked --bins
mkdir /programs
# Every program of the workspace, so that hooks find theirs too.
find target/release -maxdepth 1 -type f -executable ! -name '*.so' -exec cp {{}} /programs/ \;
if [ ! -f /programs/{program} ]; then
    echo "no program is called {program}: $(ls /programs)" >&2
    exit 1
fi
EOF

FROM {final_image}
"#,
            image = base::RUST,
            final_image = base::DEBIAN,
        ),
        packages(&needed),
        "# Owned by root: the service cannot change its own code.\nCOPY --from=build /programs/ /usr/local/bin/\n"
            .to_owned(),
        port,
        "WORKDIR /\n".to_owned(),
        ending.text(),
    ]
    .concat()
}
