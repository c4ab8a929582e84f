//! The data plane: listen, route, split by weight, stick, retry, drain, measure.

pub mod table;
