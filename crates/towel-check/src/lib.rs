//! Rules over a `Stack`, and the only maker of `CheckedStack`.

mod checked;

pub use checked::CheckedStack;
