//! What is rendered: the product in all of its environments, or in the one that was asked for.

use towel_check::CheckedStack;
use towel_model::{Class, EngineKind};

use crate::Entry;

/// A product as targets see it: one checked stack per environment, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    stacks: Vec<CheckedStack>,
    changes: Vec<Entry>,
}

impl Product {
    /// None without any environment: there is nothing to render then.
    pub fn new(stacks: Vec<CheckedStack>) -> Option<Self> {
        (!stacks.is_empty()).then_some(Self { stacks, changes: Vec::new() })
    }

    /// The same product with the history of its file, newest first.
    #[must_use]
    pub fn with_changes(mut self, changes: Vec<Entry>) -> Self {
        self.changes = changes;
        self
    }

    /// The history of its file, newest first.
    pub fn changes(&self) -> &[Entry] {
        &self.changes
    }

    /// The product's name.
    pub fn name(&self) -> &str {
        &self.first().name
    }

    /// Every environment.
    pub fn stacks(&self) -> &[CheckedStack] {
        &self.stacks
    }

    /// The first environment: for what is the same in all of them.
    pub fn first(&self) -> &CheckedStack {
        self.stacks.first().expect("`new` refuses a product without environments")
    }

    /// Environments that a cluster runs.
    pub fn clustered(&self) -> impl Iterator<Item = &CheckedStack> {
        self.stacks.iter().filter(|stack| *stack.environment.engine == EngineKind::Kubernetes)
    }

    /// Environments of single machines.
    pub fn local(&self) -> impl Iterator<Item = &CheckedStack> {
        self.stacks.iter().filter(|stack| *stack.environment.engine == EngineKind::Local)
    }

    /// The environment on a developer's machine.
    pub fn development(&self) -> Option<&CheckedStack> {
        self.stacks.iter().find(|stack| *stack.environment.class == Class::Dev)
    }

    /// The strictest environment, the last among equals: what hosting platforms without environments are told.
    pub fn strictest(&self) -> &CheckedStack {
        let stacks = self.stacks.iter();
        stacks.max_by_key(|stack| *stack.environment.class).unwrap_or_else(|| self.first())
    }
}
