//! What stays out of an image's build: secrets, what the build makes itself, and what only people need.

use super::{Build, Kind};
use crate::file::origin;

const ALWAYS: &str = "\
# Secrets never reach a layer.
**/.env
**/.env.*
**/*.key
**/*.pem
**/.netrc
**/auth.json

# What only people and pipelines need.
**/.git
**/.github
**/.gitignore
**/.gitattributes
**/.idea
**/.vscode
**/.DS_Store
**/.towel
**/*.log
**/coverage
**/Dockerfile*
**/*.dockerignore
**/.dockerignore
**/compose*.yaml
";

pub(super) fn text(build: &Build<'_>) -> String {
    let made = match build.kind {
        Kind::Nestjs | Kind::Node => "**/node_modules\n**/dist\n**/.turbo\n",
        Kind::Nextjs => {
            "**/node_modules\n**/.next\n**/out\n**/.turbo\n# Next.js' own: public values that are the same everywhere.\n!.env.production\n"
        }
        Kind::Static => {
            "**/node_modules\n**/.turbo\n# Vite's own: public values that are the same everywhere.\n!.env.production\n"
        }
        Kind::Php => "vendor\nvar\n**/node_modules\nstorage/logs\nstorage/framework\n.phpunit.cache\n",
        Kind::Python => {
            "**/.venv\n**/venv\n**/__pycache__\n**/*.pyc\n**/.pytest_cache\n**/.mypy_cache\n**/.ruff_cache\n**/htmlcov\n"
        }
        Kind::Go => "bin\n**/*.test\n**/*.out\n",
        Kind::Rust => "**/target\n",
        Kind::Flutter => "build\n",
    };
    format!("{}{ALWAYS}\n# What the build makes itself.\n{made}", origin("#", &build.origin()))
}
