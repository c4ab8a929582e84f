//! The table in force.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;

use super::backend::Backend;
use super::route::Routes;
use crate::table::Table;

/// The table in force.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) table: Table,
    pub(crate) listeners: HashMap<SocketAddr, Routes>,
    pub(crate) backends: BTreeMap<String, Arc<Backend>>,
}
