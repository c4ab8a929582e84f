//! The account of an import: what became of every key of the file that was read.

mod cursor;
mod item;
mod ledger;
mod reason;

pub(crate) use cursor::Cursor;
pub use item::{Account, Fate, Item};
pub(crate) use ledger::Ledger;
pub(crate) use reason::{Reason, reason_for};
