//! What can be rendered: the targets, their names, and where each begins.

use crate::fidelity::Treatment;
use crate::file::Files;
use crate::{
    Fact, Product, alertmanager, ansible, blueprint, catalog, compose, docker, docs, env, github, grafana, helm,
    kubernetes, loki, prometheus, railway, terraform,
};

macro_rules! targets {
    ($($(#[doc = $about:literal])+ $variant:ident = $name:literal in $module:ident;)+) => {
        /// A kind of artefact.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Target { $($(#[doc = $about])+ $variant,)+ }

        impl Target {
            /// All of them, in the order in which they are shown.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As it is written on the command line.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// One line about it.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => concat!($($about,)+).trim_ascii(),)+ }
            }

            pub(crate) fn render(self, product: &Product, files: &mut Files) {
                match self { $(Self::$variant => $module::render(product, files),)+ }
            }

            /// What becomes of `fact` in this target.
            pub fn treat(self, fact: &Fact<'_>) -> Treatment {
                match self { $(Self::$variant => $module::treat(fact),)+ }
            }
        }
    };
}

targets! {
    /// A Dockerfile and its ignore file for each service that is built.
    Docker = "docker" in docker;
    /// The whole product for Docker Compose.
    Compose = "compose" in compose;
    /// Kustomize: a base, and an overlay for each environment.
    Kubernetes = "kubernetes" in kubernetes;
    /// A Helm chart with values for each environment.
    Helm = "helm" in helm;
    /// Namespaces, secrets, monitoring and managed datastores for Terraform.
    Terraform = "terraform" in terraform;
    /// Workflows, Dependabot and branch rules for GitHub.
    Github = "github" in github;
    /// Scrape configuration, recording rules, alerts and their unit tests.
    Prometheus = "prometheus" in prometheus;
    /// Who hears of which alert.
    Alertmanager = "alertmanager" in alertmanager;
    /// Dashboards and their provisioning.
    Grafana = "grafana" in grafana;
    /// Shipping and keeping logs.
    Loki = "loki" in loki;
    /// `.env.example`, from the contract of all services.
    Env = "env" in env;
    /// A Render blueprint.
    Render = "render" in blueprint;
    /// Railway configuration for each service.
    Railway = "railway" in railway;
    /// A playbook that turns a Debian host into a Docker host running the product.
    Ansible = "ansible" in ansible;
    /// Architecture, service pages, runbooks and playbooks.
    Docs = "docs" in docs;
    /// Backstage entities and Score files.
    Catalog = "catalog" in catalog;
}

impl Target {
    /// The target of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|target| target.name() == name)
    }
}
