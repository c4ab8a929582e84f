//! Most that a month may cost.

use serde::{Deserialize, Serialize};

/// Most that a month may cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// How much.
    pub amount: f64,
    /// ISO 4217 code.
    pub currency: String,
}
