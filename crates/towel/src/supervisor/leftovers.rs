//! Stops what a dead supervisor left running.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use towel_engine::Instance;
use towel_engine::local::{Boxed, Drain, LocalEngine, LocalSettings, Resolve};
use towel_model::Reference;

use super::gateway_process::GatewayProcess;
use super::run::{Voice, take_lock};
use crate::project::Project;

/// Stops every process of the environment and removes its data if asked to.
pub(crate) async fn clean_up(project: &Project, volumes: bool, voice: Voice) -> anyhow::Result<()> {
    project.create()?;
    let _lock = take_lock(project)?;
    let program = std::env::current_exe().context("find this binary")?;
    let process = GatewayProcess::new(project, &program)?;
    let engine = LocalEngine::new(LocalSettings {
        environment: Vec::new(),
        project: project.folder.clone(),
        state: project.state.clone(),
        shim: vec![program.into_os_string(), "shim".into()],
        resolve: Arc::new(Nothing),
        drain: Arc::new(Nothing),
        seed: 0,
    })?;
    let adopted = engine.adopt().await?;
    voice(&format!("found {} running instances", adopted.len()));
    engine.shut_down(volumes).await?;
    process.stop().await?;
    if volumes {
        std::fs::remove_dir_all(&project.state).with_context(|| format!("remove `{}`", project.state.display()))?;
    }
    Ok(())
}

/// Nothing is started any more, and nobody is served any more.
struct Nothing;

impl Resolve for Nothing {
    fn resolve(&self, _service: &str, _reference: &Reference) -> Result<Option<String>, String> {
        Err("the environment is being stopped".to_owned())
    }
}

impl Drain for Nothing {
    fn drain<'a>(&'a self, _instance: &'a Instance, _limit: Duration) -> Boxed<'a, ()> {
        Box::pin(std::future::ready(()))
    }
}
