//! What people ask of a running environment, carried out on the driver.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::PoisonError;

use towel_check::CheckedStack;
use towel_model::{Reference, Service};
use towel_rollout::Journal;
use towel_rollout::driver::{DeployRequest, Refused};

use super::run::Supervisor;
use super::wire::{Applied, Begun, DeployBody, Done, RollbackBody, ScaleBody, ServiceBody, ServiceVersion};
use crate::exit::Failure;
use crate::project::Project;

/// The version of a service whose command does not depend on one.
const UNVERSIONED: &str = "dev";

impl Supervisor {
    /// Brings every service to its stable release, a first one to the version given; services
    /// whose declaration has changed are shipped anew at the version that they run.
    pub(super) async fn bring_up(
        &self,
        stack: &CheckedStack,
        versions: &[String],
        by: &str,
    ) -> anyhow::Result<Applied> {
        let versions = self.first_versions(stack, versions)?;
        self.engine.start_datastores(&stack.datastores).await?;
        let started = self.driver.start(stack, &versions, UNVERSIONED).await?;
        let mut applied = Applied { services: Vec::new(), rollouts: Vec::new(), refused: Vec::new() };
        for service in started {
            if service.changed && !service.created {
                let body = DeployBody {
                    service: service.service.clone(),
                    version: service.version.clone(),
                    override_word: None,
                    why: Some("its declaration has changed".to_owned()),
                    approved_by: None,
                    by: by.to_owned(),
                };
                // A change that may not be shipped now, in a freeze or without approval, keeps
                // nothing from running as it is.
                match self.ship(stack, body).await {
                    Ok(begun) => applied.rollouts.push(begun.rollout),
                    Err(refused) => applied.refused.push(format!(
                        "`{}` stays at its last release, though its declaration has changed: {refused:#}",
                        service.service
                    )),
                }
            }
            applied.services.push(ServiceVersion { service: service.service, version: service.version });
        }
        for service in stack.services.iter().filter(|one| applied.services.iter().all(|had| *one.name != had.service)) {
            applied.refused.push(format!(
                "`{}` is being shipped; what its declaration says now is looked at by the next `towel up`",
                service.name
            ));
        }
        self.held_back.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&applied.refused);
        Ok(applied)
    }

    /// Ships a version as the file says now.
    pub(super) async fn deploy(&self, body: DeployBody) -> anyhow::Result<Begun> {
        let stack = self.read_again()?;
        self.ship(&stack, body).await
    }

    async fn ship(&self, stack: &CheckedStack, body: DeployBody) -> anyhow::Result<Begun> {
        self.require_earlier_environment(stack, &body)?;
        let why = approved(stack, &body)?;
        let request = DeployRequest {
            service: body.service,
            version: body.version,
            by: body.by,
            why,
            override_word: body.override_word,
        };
        Ok(Begun { rollout: self.driver.deploy(stack, &request).await? })
    }

    /// Goes back.
    pub(super) async fn rollback(&self, body: RollbackBody) -> anyhow::Result<Begun> {
        self.known(&body.service)?;
        let rollout = self.driver.rollback(&body.service, body.version.as_deref(), &body.by).await?;
        Ok(Begun { rollout })
    }

    /// Takes a running rollout back.
    pub(super) fn abort(&self, body: &ServiceBody) -> anyhow::Result<Done> {
        self.known(&body.service)?;
        let aborted = self.driver.abort(&body.service, &body.by)?;
        Ok(Done { message: aborted.to_string() })
    }

    /// Ends the judging of a running canary in its favour.
    pub(super) fn promote(&self, body: &ServiceBody) -> anyhow::Result<Done> {
        self.known(&body.service)?;
        let rollout = self.driver.promote_now(&body.service, &body.by)?;
        Ok(Done { message: format!("rollout {rollout} goes to 100 % without waiting for a verdict") })
    }

    /// Sets the number of instances.
    pub(super) async fn scale(&self, body: &ScaleBody) -> anyhow::Result<Done> {
        self.known(&body.service)?;
        self.driver.scale(&body.service, Some(body.replicas), &body.by).await?;
        Ok(Done { message: format!("`{}` shall have {} instances from now on", body.service, body.replicas) })
    }

    /// Replaces the instances one at a time.
    pub(super) async fn restart(&self, body: &ServiceBody) -> anyhow::Result<Done> {
        self.known(&body.service)?;
        self.driver.restart(&body.service, &body.by).await?;
        Ok(Done { message: format!("the instances of `{}` are replaced one at a time", body.service) })
    }

    /// The service, or which there are.
    fn known(&self, name: &str) -> anyhow::Result<()> {
        let stack = self.stack();
        if stack.service(name).is_some() {
            return Ok(());
        }
        let known: Vec<String> = stack.services.iter().map(|service| format!("`{}`", service.name)).collect();
        Err(Refused::UnknownService { service: name.to_owned(), known: known.join(", ") }.into())
    }

    /// Which version each service starts with that has run none here.
    fn first_versions(&self, stack: &CheckedStack, given: &[String]) -> anyhow::Result<BTreeMap<String, String>> {
        let given = versions(stack, given)?;
        let mut missing = Vec::new();
        for service in &stack.services {
            let is_new = self.driver.journal().stable(&service.name)?.is_none();
            if is_new && !given.contains_key(service.name.as_str()) && depends_on_version(service) {
                missing.push(service);
            }
        }
        if missing.is_empty() { Ok(given) } else { Err(no_version(&missing, &self.project.folder)) }
    }

    /// `after: staging` lets only versions through that were healthy there.
    fn require_earlier_environment(&self, stack: &CheckedStack, body: &DeployBody) -> anyhow::Result<()> {
        let Some(earlier) = &stack.environment.after else { return Ok(()) };
        let journal = Project::new(&self.project.file, earlier)?.journal();
        let healthy =
            if journal.exists() { Journal::open(&journal)?.healthy_versions(&body.service)? } else { Vec::new() };
        if healthy.contains(&body.version) {
            return Ok(());
        }
        let known = if healthy.is_empty() { "none was yet".to_owned() } else { healthy.join(", ") };
        Err(Failure::no(format!(
            "`{}` of `{}` was never healthy in `{earlier}`, and `{}` takes only versions that were ({known})",
            body.version, body.service, stack.environment.name
        ))
        .help(format!("ship it there first: `towel --env {earlier} deploy {} {}`", body.service, body.version))
        .into())
    }
}

/// The reason for the record, with who approved; refused where nobody did and somebody must.
fn approved(stack: &CheckedStack, body: &DeployBody) -> anyhow::Result<Option<String>> {
    let why = body.why.clone();
    match &body.approved_by {
        Some(who) => Ok(Some(format!("approved by {who}; {}", why.as_deref().unwrap_or("no reason given")))),
        None if stack.environment.approval => {
            Err(Failure::no(format!("a deploy to `{}` needs somebody's approval", stack.environment.name))
                .help("say who approved it with `--approved-by NAME`; it is recorded")
                .into())
        }
        None => Ok(why),
    }
}

/// `VERSION` stands for all services, `SERVICE=VERSION` for one.
fn versions(stack: &CheckedStack, given: &[String]) -> anyhow::Result<BTreeMap<String, String>> {
    let mut versions = BTreeMap::new();
    for word in given {
        require_version(word.split_once('=').map_or(word, |(_, version)| version))?;
    }
    for word in given.iter().filter(|word| !word.contains('=')) {
        versions.extend(stack.services.iter().map(|service| (service.name.to_string(), word.clone())));
    }
    for (service, version) in given.iter().filter_map(|word| word.split_once('=')) {
        if stack.service(service).is_none() {
            let known: Vec<String> = stack.services.iter().map(|service| format!("`{}`", service.name)).collect();
            return Err(Failure::usage(format!("there is no service `{service}` to give version `{version}`"))
                .help(format!("there are {}", known.join(", ")))
                .into());
        }
        versions.insert(service.to_owned(), version.to_owned());
    }
    Ok(versions)
}

fn require_version(word: &str) -> anyhow::Result<()> {
    match crate::version::version(word) {
        Ok(_) => Ok(()),
        Err(reason) => Err(Failure::usage(format!("`{word}` is no version")).help(reason).into()),
    }
}

fn depends_on_version(service: &Service) -> bool {
    let run = service.run.as_ref().is_some_and(|run| run.references().any(|(to, _)| *to == Reference::Version));
    let variable = |variable: &towel_model::Variable| {
        variable.value.as_ref().is_some_and(|value| value.references().any(|(to, _)| *to == Reference::Version))
    };
    run || service.env.iter().any(variable)
}

fn no_version(services: &[&Service], folder: &Path) -> anyhow::Error {
    let names: Vec<String> = services.iter().map(|service| format!("`{}`", service.name)).collect();
    let mut releases: Vec<String> = std::fs::read_dir(folder.join("releases"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    releases.sort();
    let found = match releases.as_slice() {
        [] => String::new(),
        some => format!("; the folder `releases` holds {}", some.join(", ")),
    };
    Failure::usage(format!(
        "which version of {}? their command says `${{version}}`, and none has run here yet",
        names.join(", ")
    ))
    .help(format!("say it with `towel up --version v1`, or for one service `--version {}=v1`{found}", services[0].name))
    .into()
}
