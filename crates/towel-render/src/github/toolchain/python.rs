//! Python, whichever tool wrote the lock file.

use super::{Toolchain, Variants};
use crate::docker::{PYTHON_VERSION, UV_VERSION};
use crate::github::action::UV;
use crate::github::component::Component;
use crate::github::step::{run, unless_release, uses};
use crate::yaml::Map;

/// Tools that a project does not bring itself come in versions that are known here.
const INSTALL: &str = r#"if [ -f uv.lock ]; then
  uv sync --locked
elif [ -f poetry.lock ]; then
  uv venv
  POETRY_VIRTUALENVS_IN_PROJECT=true uvx poetry@2.5.1 install
elif [ -f Pipfile.lock ]; then
  uv venv
  PIPENV_VENV_IN_PROJECT=1 uvx pipenv@2026.10.3 sync --dev
else
  uv venv
  uv pip install --requirement requirements.txt
  if [ -f requirements-dev.txt ]; then uv pip install --requirement requirements-dev.txt; fi
fi
for tool in mypy==2.4.1 pytest==9.2.0 pytest-cov==7.1.0; do
  uv pip show --quiet "${tool%%==*}" || uv pip install "$tool"
done
"#;

const SUITE: &str = r#"status=0
.venv/bin/pytest -m "$SCRIPT" || status=$?
# 5 says that no test has this mark.
if [ "$status" = 5 ]; then
  echo "::warning::no test is marked \"$SCRIPT\", so nothing was checked"
  exit 0
fi
exit "$status"
"#;

const AUDIT: &str = r#"folder=$(echo .venv/lib/python*/site-packages)
uvx pip-audit@2.10.1 --path "$folder"
"#;

pub(super) fn toolchain(component: &Component<'_>) -> Toolchain {
    let setup = vec![uv(component), run("Install packages", INSTALL)];
    let test = ".venv/bin/pytest -m 'not integration and not e2e' --cov --cov-report=term --cov-report=xml";
    Toolchain {
        checks: Variants::commands(&[
            ("lint", "uvx ruff@0.17.5 check ."),
            ("format", "uvx ruff@0.17.5 format --check ."),
            ("types", ".venv/bin/mypy ."),
        ]),
        unit: [setup.clone(), vec![run("Test", test)]].concat(),
        coverage: "coverage.xml",
        suites: Some(Variants::scripts(&[("integration", "integration"), ("e2e", "e2e")], SUITE)),
        audit: [setup.clone(), vec![run("Audit packages", AUDIT)]].concat(),
        ecosystem: "pip",
        codeql: Some(("python", "none")),
        setup,
    }
}

fn uv(component: &Component<'_>) -> Map {
    let with = Map::new()
        .with("version", format!("{UV_VERSION}.x"))
        .with("python-version", PYTHON_VERSION)
        .with("working-directory", component.place().to_owned())
        .with("enable-cache", unless_release())
        .with("cache-suffix", component.workflow());
    uses("Set up uv and Python", UV, with)
}
