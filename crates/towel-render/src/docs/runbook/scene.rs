//! Every alert of the product with the environments in which it watches.

use towel_check::CheckedStack;
use towel_model::{Datastore, Service};

use crate::Product;
use crate::alarm::{Alarm, alarms};
use crate::docs::command::{Shell, by_environment};

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
pub(in crate::docs) fn known(product: &Product) -> Vec<Known<'_>> {
    let stacks = product.stacks();
    let mut known: Vec<Known<'_>> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for stack in stacks {
        for alarm in alarms(stack) {
            let place = *places.entry(alarm.name.clone()).or_insert(known.len());
            if place == known.len() {
                known.push(Known { alarm: alarm.clone(), shells: Vec::new(), expressions: Vec::new() });
            }
            known[place].meet(stack, stacks, alarm);
        }
    }
    known
}

impl<'a> Known<'a> {
    fn meet(&mut self, stack: &'a CheckedStack, all: &'a [CheckedStack], alarm: Alarm) {
        self.expressions.push(alarm.expression.clone());
        let class = |shell: &Shell<'_>| *shell.stack().environment.class;
        let shell = Shell::of(stack, all);
        if self.shells.iter().all(|other| class(other) <= class(&shell)) {
            self.alarm = alarm;
        }
        self.shells.push(shell);
    }

    /// The strictest environment in which it watches.
    pub(super) fn stack(&self) -> &'a CheckedStack {
        let strictest = self.shells.iter().max_by_key(|shell| *shell.stack().environment.class);
        strictest.map(Shell::stack).expect("an alert is known from an environment")
    }

    pub(super) fn service(&self) -> Option<&'a Service> {
        self.stack().service(&self.alarm.subject)
    }

    pub(super) fn datastore(&self) -> Option<&'a Datastore> {
        self.stack().datastore(&self.alarm.subject)
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
