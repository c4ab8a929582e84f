//! What an instance may use, and when instances are added.

use serde::{Deserialize, Serialize};
use towel_source::Spanned;

use crate::key::keys;
use crate::{Cpu, Percent, Range, Size};

/// Request and limit of an instance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Resources {
    /// Thousandths of a core.
    pub cpu: Option<Spanned<Range<Cpu>>>,
    /// Bytes.
    pub memory: Option<Spanned<Range<Size>>>,
}

/// When to add instances.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScaleOn {
    /// Of the CPU request.
    pub cpu: Option<Spanned<Percent>>,
    /// Of the memory request.
    pub memory: Option<Spanned<Percent>>,
}

keys! {
    /// What an instance may use. `200m..500m` asks for the first and is held to the second.
    ResourcesKeys = "resources" {
        /// Cores, or thousandths of one.
        cpu: Spanned<Range<Cpu>>;
        /// Memory.
        memory: Spanned<Range<Size>>;
    }
}

keys! {
    /// When instances are added, within the range of `replicas`.
    ScaleOnKeys = "scale_on" {
        /// Mean use of the CPU that was asked for.
        cpu: Spanned<Percent>;
        /// Mean use of the memory that was asked for.
        memory: Spanned<Percent>;
    }
}

impl ResourcesKeys {
    pub(crate) fn build(self) -> Resources {
        Resources { cpu: self.cpu, memory: self.memory }
    }
}

impl ScaleOnKeys {
    pub(crate) fn build(self) -> ScaleOn {
        ScaleOn { cpu: self.cpu, memory: self.memory }
    }
}
