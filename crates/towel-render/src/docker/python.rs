//! Dockerfiles of Python: a virtual environment that is built apart.

use super::command::literal;
use super::ending::{Ending, Entrypoint, beginning, packages};
use super::{Build, base};
use crate::docker::datastores::{Client, clients};

/// Whichever tool wrote the lock file.
const INSTALL: &str = r#"RUN --mount=type=cache,target=/build/.cache <<"EOF"
set -eu
export VIRTUAL_ENV=/app/.venv
# Whichever tool wrote the lock file.
if [ -f uv.lock ]; then
    uv sync --locked --no-dev --no-install-project
elif [ -f poetry.lock ]; then
    uv venv
    POETRY_VIRTUALENVS_IN_PROJECT=true uvx poetry@2.5.1 install --only main --no-root
elif [ -f Pipfile.lock ]; then
    uv venv
    PIPENV_VENV_IN_PROJECT=1 uvx pipenv@2026.10.3 sync
elif [ -f requirements.txt ]; then
    uv venv
    uv pip install --requirement requirements.txt
else
    echo "there is no uv.lock, poetry.lock, Pipfile.lock or requirements.txt" >&2
    exit 1
fi
"#;

pub(super) fn dockerfile(build: &Build<'_>) -> String {
    let command = literal(build.service).unwrap_or_else(|| ["python", "main.py"].map(str::to_owned).to_vec());
    let port = build.port().map(|port| format!(" \\\n    PORT={port}")).unwrap_or_default();
    let mut libraries = vec!["tini=0.19.*"];
    for client in clients(build) {
        match client {
            Client::Postgres => libraries.push("libpq5=15.*"),
            Client::Mysql => libraries.push("libmariadb3=1:10.11.*"),
            Client::Mongodb | Client::Redis | Client::Rabbitmq | Client::S3 => {}
        }
    }
    let ending = Ending { build, signal: "SIGTERM", entrypoint: Entrypoint::Init, command };
    [
        beginning(build, base::PYTHON),
        format!(
            r#"FROM {image} AS build
COPY --from={uv} /uv /uvx /usr/local/bin/
ENV HOME=/build \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /app

# Only what decides the packages, so that this layer lasts until they change.
COPY uv.lock* poetry.lock* Pipfile* requirements*.txt pyproject.toml* ./
{INSTALL}EOF

COPY . .

"#,
            image = base::PYTHON_BUILD,
            uv = base::UV,
        ),
        format!("FROM {}\n", base::PYTHON),
        packages(&libraries),
        format!(
            "ENV PATH=/app/.venv/bin:$PATH \\\n    PYTHONDONTWRITEBYTECODE=1 \\\n    PYTHONUNBUFFERED=1{port}\nWORKDIR /app\n"
        ),
        "# Owned by root: the service cannot change its own code.\nCOPY --from=build /app ./\n".to_owned(),
        ending.text(),
    ]
    .concat()
}
