//! A stack that no rule refused: the only thing that render and engines take.

use std::ops::Deref;

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::examine::check;

/// A [`Stack`] in which no rule found an error. Only this crate makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedStack {
    stack: Stack,
}

impl Deref for CheckedStack {
    type Target = Stack;
    fn deref(&self) -> &Stack {
        &self.stack
    }
}

/// The stack as a checked one with the warnings about it; or everything found, when there is an error.
pub fn admit(stack: Stack) -> Result<(CheckedStack, Vec<Diagnostic>), Vec<Diagnostic>> {
    let found = check(&stack);
    if found.iter().any(Diagnostic::is_error) { Err(found) } else { Ok((CheckedStack { stack }, found)) }
}
