//! How much memory this process uses, and how much it may.

use std::fs::read_to_string;

use serde_json::{Value, json};

/// Above this share of its limit a service says that its memory is degraded.
const WORRYING: f64 = 0.9;

/// Bytes in use, where the kernel tells.
pub(crate) fn resident() -> Option<u64> {
    let status = read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// The readiness report's entry; `limit` is what the process was told that it may use.
pub(crate) fn usage(resident: Option<u64>, limit: Option<u64>) -> Value {
    let degraded = match (resident, limit) {
        (Some(used), Some(limit)) => used as f64 > limit as f64 * WORRYING,
        _unknown => false,
    };
    json!({ "status": if degraded { "degraded" } else { "ok" }, "bytes": resident, "limit": limit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_near_its_limit_is_degraded() {
        assert_eq!(usage(Some(95), Some(100))["status"], "degraded");
        assert_eq!(usage(Some(50), Some(100))["status"], "ok");
        assert_eq!(usage(Some(50), None)["status"], "ok");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_knows_its_own_memory() {
        assert!(resident().unwrap() > 100_000);
    }
}
