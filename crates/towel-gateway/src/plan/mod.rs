//! A table made ready for use: routes sorted, targets and counters looked up.

pub(crate) mod backend;
pub(crate) mod check;
pub(crate) mod registry;
pub(crate) mod route;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;

use crate::table::Table;
use backend::Backend;
use route::Routes;

/// The table in force.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) table: Table,
    pub(crate) listeners: HashMap<SocketAddr, Routes>,
    pub(crate) backends: BTreeMap<String, Arc<Backend>>,
}
