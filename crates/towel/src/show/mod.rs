//! How things are shown to people: columns, ages, a region that is painted again.

mod columns;
mod live;
pub(crate) mod output;
mod phrase;
mod terminal;

pub(crate) use columns::Columns;
pub(crate) use live::Live;
pub(crate) use phrase::{age, bytes, local_time, millis, percent, seconds};
pub(crate) use terminal::{Paint, Terminal};
