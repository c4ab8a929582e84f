//! A stack that no rule refused: the only thing that render and engines take.

use std::ops::Deref;

use towel_model::Stack;

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
