//! The environment of a service's processes: its contract and a few variables that every one gets, not the
//! supervisor's.

use std::net::SocketAddr;

use towel_model::{EnvironmentField, Reference, Service, Template};

use super::core::Core;
use crate::{EngineError, Phase, Workload};

/// Passed on from the supervisor, since programs expect them to be there.
const PASSED_ON: [&str; 5] = ["PATH", "HOME", "LANG", "TZ", "TMPDIR"];
/// Where programs are looked for when the supervisor itself has no `PATH`.
const DEFAULT_PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// Why a reference gave no text.
pub(crate) enum Gap {
    /// It has no value, and that is allowed.
    Optional,
    /// It has no value, and why.
    Missing(String),
}

impl Core {
    /// The value of one reference.
    pub(crate) fn value(&self, workload: &Workload, reference: &Reference) -> Result<String, Gap> {
        if *reference == Reference::Version {
            return Ok(workload.version.clone());
        }
        if let Reference::Datastore { name, field } = reference
            && let Some(binding) = self.state().bindings.get(name)
        {
            return Ok(binding.field(*field));
        }
        match self.settings.resolve.resolve(workload.name(), reference) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => Err(Gap::Optional),
            Err(reason) => Err(Gap::Missing(self.failure_of(reference).unwrap_or(reason))),
        }
    }

    /// Why a datastore that cannot be run here has no address.
    fn failure_of(&self, reference: &Reference) -> Option<String> {
        let Reference::Datastore { name, .. } = reference else { return None };
        let state = self.state();
        let datastore = &state.cells.get(name).filter(|cell| cell.workload.is_none())?.view.state;
        (datastore.phase == Phase::Failed).then(|| format!("`{name}` does not run: {}", datastore.reason))
    }

    /// The whole environment of a process of `workload`; what is later in the list wins.
    pub(crate) fn environment(
        &self,
        workload: &Workload,
        instance: &str,
        address: Option<SocketAddr>,
    ) -> Result<Vec<(String, String)>, EngineError> {
        let service: &Service = &workload.service;
        let mut environment = passed_on(&self.settings.environment);
        let mut set = |name: &str, value: String| environment.push((name.to_owned(), value));
        set("TOWEL_SERVICE", workload.name().to_owned());
        set("TOWEL_VERSION", workload.version.clone());
        set("TOWEL_INSTANCE", instance.to_owned());
        if let Ok(name) = self.value(workload, &Reference::Environment(EnvironmentField::Name)) {
            set("TOWEL_ENVIRONMENT", name);
        }
        if let Some(address) = address {
            set("HOST", address.ip().to_string());
        }
        for variable in &service.env {
            let Some(template) = &variable.value else { continue };
            match template.fill(|reference| self.value(workload, reference)) {
                Ok(value) => set(&variable.name, value),
                Err(Gap::Optional) => {}
                Err(Gap::Missing(reason)) => {
                    let (service, variable) = (workload.name().to_owned(), variable.name.to_string());
                    return Err(EngineError::Unresolved { service, variable, reason });
                }
            }
        }
        // Last, so that a contract that fixes a port for other engines does not make two instances collide.
        if let Some(address) = address {
            set("PORT", address.port().to_string());
        }
        Ok(without_doubles(environment))
    }
}

impl Gap {
    /// In words, when the text cannot do without it.
    pub(crate) fn into_words(self, template: &Template) -> String {
        match self {
            Self::Missing(reason) => reason,
            Self::Optional => format!("a reference in `{}` has no value", template.text),
        }
    }
}

/// The folders in which programs are looked for.
pub(crate) fn search_path(environment: &[(String, String)]) -> &str {
    environment.iter().rev().find(|(name, _)| name == "PATH").map_or(DEFAULT_PATH, |(_, value)| value)
}

/// What every process gets of the supervisor's own environment.
pub(crate) fn passed_on(own: &[(String, String)]) -> Vec<(String, String)> {
    let mut passed: Vec<(String, String)> =
        own.iter().filter(|(name, _)| PASSED_ON.contains(&name.as_str())).cloned().collect();
    if !passed.iter().any(|(name, _)| name == "PATH") {
        passed.push(("PATH".to_owned(), DEFAULT_PATH.to_owned()));
    }
    passed
}

fn without_doubles(environment: Vec<(String, String)>) -> Vec<(String, String)> {
    environment.into_iter().collect::<std::collections::BTreeMap<_, _>>().into_iter().collect()
}
