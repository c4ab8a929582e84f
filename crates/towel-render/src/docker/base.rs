//! The images that others are built upon, each pinned to a minor version: fixes arrive, surprises do not.

pub(super) const NODE: &str = "node:24.21-bookworm-slim";
/// With compilers, for packages that bring code to compile.
pub(super) const NODE_BUILD: &str = "node:24.21-bookworm";
pub(crate) const NGINX: &str = "nginxinc/nginx-unprivileged:1.29-alpine";
pub(super) const PHP_FPM: &str = "php:8.4-fpm-bookworm";
pub(super) const PHP_CLI: &str = "php:8.4-cli-bookworm";
pub(super) const PHP_EXTENSIONS: &str = "mlocati/php-extension-installer:2.11";
pub(super) const COMPOSER: &str = "composer:2.9";
pub(super) const PYTHON: &str = "python:3.14-slim-bookworm";
/// With compilers, for packages that bring code to compile.
pub(super) const PYTHON_BUILD: &str = "python:3.14-bookworm";
pub(super) const UV: &str = "ghcr.io/astral-sh/uv:0.11";
pub(super) const GO: &str = "golang:1.26-bookworm";
pub(super) const RUST: &str = "rust:1.96-bookworm";
pub(super) const DEBIAN: &str = "debian:12.13-slim";

/// Versions that pipelines install, so that tests run on what images run.
pub(crate) const NODE_VERSION: &str = "24";
pub(crate) const PHP_VERSION: &str = "8.4";
pub(crate) const PYTHON_VERSION: &str = "3.14";
pub(crate) const GO_VERSION: &str = "1.26";
pub(crate) const RUST_VERSION: &str = "1.96";
pub(crate) const UV_VERSION: &str = "0.11";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_run_on_what_images_run() {
        let pairs = [
            (NODE, NODE_VERSION),
            (NODE_BUILD, NODE_VERSION),
            (PHP_FPM, PHP_VERSION),
            (PHP_CLI, PHP_VERSION),
            (PYTHON, PYTHON_VERSION),
            (PYTHON_BUILD, PYTHON_VERSION),
            (GO, GO_VERSION),
            (RUST, RUST_VERSION),
            (UV, UV_VERSION),
        ];
        for (image, version) in pairs {
            let (_, tag) = image.split_once(':').unwrap();
            assert!(tag.starts_with(version), "{image} is not of {version}");
        }
    }
}
