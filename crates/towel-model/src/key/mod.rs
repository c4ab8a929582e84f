//! Keys described once: the same description reads a file, makes the JSON Schema and the reference.

mod fields;
mod kind;
mod map;
mod read;
mod reader;
mod suggestion;
mod table;

pub(crate) use kind::{Choice, Kind};
pub(crate) use map::{Map, Named};
pub(crate) use read::{Read, either};
pub(crate) use reader::{Reader, shorten};
pub(crate) use suggestion::nearest;
pub(crate) use table::{Key, Table, choices, keys};
