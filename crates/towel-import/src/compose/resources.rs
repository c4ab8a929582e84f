//! `deploy.resources`, `mem_limit`, `cpus`, and how many replicas.

use crate::account::Cursor;
use crate::draft::{Noted, Service};
use crate::read::{bytes, cores, fill, memory_range, processor_range};

/// What an instance may use, and how many there are.
pub(super) fn convert(at: &Cursor<'_>, service: &mut Service) {
    let limit = |kind: &str| at.find(&["deploy", "resources", kind]);
    let (limits, reserved) = (limit("limits"), limit("reservations"));
    let inner = |of: &Option<Cursor<'_>>, key: &str, read: fn(&str) -> Option<u64>| {
        of.as_ref().and_then(|of| amount(&of.get(key)?, read))
    };
    let cpu = inner(&limits, "cpus", cores).or_else(|| amount(&at.get("cpus")?, cores));
    let memory = inner(&limits, "memory", bytes).or_else(|| amount(&at.get("mem_limit")?, bytes));
    let cpu_wanted = inner(&reserved, "cpus", cores);
    let memory_wanted = inner(&reserved, "memory", bytes).or_else(|| amount(&at.get("mem_reservation")?, bytes));
    service.cpu = processor_range(cpu_wanted, cpu).map(Noted::plain);
    service.memory = memory_range(memory_wanted, memory).map(Noted::plain);
    service.replicas = at.find(&["deploy", "replicas"]).or_else(|| at.get("scale")).and_then(|at| {
        let count = fill(at.peek()?).text.parse::<u32>().ok().filter(|count| *count > 0)?;
        at.converted();
        Some(Noted::plain(count.to_string()))
    });
}

fn amount(at: &Cursor<'_>, read: fn(&str) -> Option<u64>) -> Option<u64> {
    let amount = read(&fill(at.peek()?).text)?;
    at.converted();
    Some(amount)
}
