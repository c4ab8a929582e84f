//! A file that could be read: its environments, and a stack for each.

use towel_source::Diagnostic;

use crate::key::nearest;
use crate::{Environment, Stack};

/// A file that could be read as YAML and names its environments. It may still hold errors.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub(crate) environments: Vec<Environment>,
    /// One for each environment; none where an error concerns it.
    pub(crate) stacks: Vec<Option<Stack>>,
}

impl Model {
    /// The environments, in the order of the file. Those whose class is not known are left out.
    pub fn environments(&self) -> &[Environment] {
        &self.environments
    }

    /// The product in one environment. There is none when the file holds an error that concerns it; that error is in
    /// [`Reading::diagnostics`](crate::Reading) already and not repeated here. What is returned here says that there is
    /// no such environment.
    pub fn stack(&self, environment: &str) -> (Option<Stack>, Vec<Diagnostic>) {
        match self.environments.iter().position(|it| *it.name == environment) {
            Some(place) => (self.stacks.get(place).cloned().flatten(), Vec::new()),
            None => (None, vec![self.unknown(environment)]),
        }
    }

    fn unknown(&self, environment: &str) -> Diagnostic {
        let names = self.environments.iter().map(|it| it.name.as_str());
        let fault = Diagnostic::error("unknown-environment", format!("there is no environment `{environment}`"));
        if let Some(near) = nearest(environment, names.clone()) {
            return fault.help(format!("did you mean `{near}`?"));
        }
        let known: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        fault.note(format!("there are {}", known.join(", ")))
    }
}
