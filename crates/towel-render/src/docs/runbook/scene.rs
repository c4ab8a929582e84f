//! Every alert of the product with the environments in which it watches.

use towel_check::CheckedStack;
use towel_model::{Datastore, Service};

use crate::alarm::{Alarm, alarms};
use crate::docs::command::{Shell, by_environment};
use crate::docs::directory::Directory;

/// An alert, and where it watches.
#[derive(Debug)]
pub(in crate::docs) struct Known<'a> {
    /// As it is in the strictest of its environments.
    pub(in crate::docs) alarm: Alarm,
    /// In the order of the file.
    pub(in crate::docs) shells: Vec<Shell<'a>>,
    /// Its expression in each of them.
    pub(in crate::docs) expressions: Vec<String>,
}

/// All alerts, each once, in the order in which they are met.
pub(in crate::docs) fn known<'a>(shells: &[Shell<'a>]) -> Vec<Known<'a>> {
    let mut known: Vec<Known<'a>> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for shell in shells {
        for alarm in alarms(shell.stack()) {
            let place = *places.entry(alarm.name.clone()).or_insert(known.len());
            if place == known.len() {
                known.push(Known { alarm: alarm.clone(), shells: Vec::new(), expressions: Vec::new() });
            }
            known[place].meet(*shell, alarm);
        }
    }
    known
}

impl<'a> Known<'a> {
    fn meet(&mut self, shell: Shell<'a>, alarm: Alarm) {
        self.expressions.push(alarm.expression.clone());
        let class = |shell: &Shell<'_>| *shell.stack().environment.class;
        if self.shells.iter().all(|other| class(other) <= class(&shell)) {
            self.alarm = alarm;
        }
        self.shells.push(shell);
    }

    /// Who is who in the strictest environment in which it watches.
    pub(super) fn directory(&self) -> &'a Directory<'a> {
        let strictest = self.shells.iter().max_by_key(|shell| *shell.stack().environment.class);
        strictest.map(Shell::directory).expect("an alert is known from an environment")
    }

    /// The strictest environment in which it watches.
    pub(super) fn stack(&self) -> &'a CheckedStack {
        self.directory().stack()
    }

    pub(super) fn service(&self) -> Option<&'a Service> {
        self.directory().service(&self.alarm.subject)
    }

    pub(super) fn datastore(&self) -> Option<&'a Datastore> {
        self.directory().datastore(&self.alarm.subject)
    }

    /// The commands of all its environments.
    pub(super) fn commands(&self, command: impl Fn(&Shell<'_>) -> Vec<String>) -> Vec<String> {
        by_environment(&self.shells, command)
    }

    /// One command for each environment.
    pub(super) fn command(&self, command: impl Fn(&Shell<'_>) -> String) -> Vec<String> {
        self.commands(|shell| vec![command(shell)])
    }
}
