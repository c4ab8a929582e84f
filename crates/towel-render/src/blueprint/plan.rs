//! Sizes that Render sells, and the smallest that holds what is asked for.

use towel_model::{Datastore, Resources, Size};

/// Name, thousandths of a core, mebibytes.
const INSTANCES: [(&str, u32, u64); 6] = [
    ("starter", 500, 512),
    ("standard", 1000, 2 * 1024),
    ("pro", 2000, 4 * 1024),
    ("pro plus", 4000, 8 * 1024),
    ("pro max", 4000, 16 * 1024),
    ("pro ultra", 8000, 32 * 1024),
];

/// The plan of a service: its limits fit into it, or it is the largest.
pub(super) fn of_service(resources: &Resources) -> &'static str {
    let cpu = resources.cpu.as_ref().map_or(0, |cpu| cpu.max.0);
    let memory = resources.memory.as_ref().map_or(0, |memory| memory.max.0);
    let fits = |&&(_, cores, mebibytes): &&(&str, u32, u64)| cpu <= cores && memory <= mebibytes << 20;
    INSTANCES.iter().find(fits).or(INSTANCES.last()).map_or("starter", |(name, ..)| name)
}

/// Disks of databases have one gigabyte or a multiple of five.
pub(super) fn disk(storage: Size) -> i64 {
    let gigabytes = storage.0.div_ceil(1 << 30).max(1);
    let sold = if gigabytes == 1 { 1 } else { gigabytes.div_ceil(5) * 5 };
    i64::try_from(sold).unwrap_or(i64::MAX)
}

/// A standby is only sold with the larger plans.
pub(super) fn of_database(datastore: &Datastore) -> &'static str {
    if datastore.replicas.value > 1 { "pro-4gb" } else { "basic-1gb" }
}

#[cfg(test)]
mod tests {
    use towel_model::{Cpu, Range};

    use super::*;

    #[test]
    fn the_smallest_plan_that_fits_is_taken() {
        let plan = |cpu: u32, memory: u64| {
            of_service(&Resources {
                cpu: Some(Range { min: Cpu(1), max: Cpu(cpu) }.into()),
                memory: Some(Range { min: Size(1), max: Size(memory << 20) }.into()),
            })
        };
        assert_eq!(
            [plan(500, 512), plan(501, 512), plan(100, 513), plan(9000, 1)],
            ["starter", "standard", "standard", "pro ultra"]
        );
        assert_eq!(of_service(&Resources::default()), "starter");
    }

    #[test]
    fn disks_are_rounded_up_to_what_is_sold() {
        let disk = |gigabytes: u64| disk(Size(gigabytes << 30));
        assert_eq!([disk(0), disk(1), disk(2), disk(5), disk(21)], [1, 1, 5, 5, 25]);
    }
}
