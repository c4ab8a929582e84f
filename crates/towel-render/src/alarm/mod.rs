//! Every alert of a product: those that follow from it and those that it declares, whichever file they end up in.

mod catalogue;

pub(crate) use catalogue::{Alarm, Case, Kind, alarms};
