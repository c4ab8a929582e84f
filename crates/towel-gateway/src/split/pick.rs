//! The choice of version and target.

use std::sync::Arc;

use super::dice::{self, Dice};
use crate::plan::backend::{Backend, Version};
use crate::target::Target;

/// Where an attempt goes.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// Index of the version.
    pub(crate) version: usize,
    pub(crate) target: Arc<Target>,
}

/// Chooses by weight; a sticky client always gets the same answer for the same weights.
pub(crate) fn pick(backend: &Backend, client: Option<u64>, dice: &mut Dice) -> Option<Choice> {
    let version = match client {
        Some(client) => version(&backend.versions, |salt| dice::mix(client ^ salt))?,
        None => version(&backend.versions, |_| dice.next())?,
    };
    let target = target(&backend.versions[version].targets, client, None, dice)?;
    Some(Choice { version, target })
}

/// The first version's choice for a request that failed elsewhere.
pub(crate) fn pick_first(backend: &Backend, client: Option<u64>, not: &Target, dice: &mut Dice) -> Option<Choice> {
    let target = target(&backend.versions.first()?.targets, client, Some(not), dice)?;
    Some(Choice { version: 0, target })
}

/// Lays the versions with a share and a target side by side on a line, the first one last, and
/// looks whose part the point falls into. As the others' weights grow their parts only grow, so a
/// client whose point stays never flips back.
fn version(versions: &[Version], point: impl FnOnce(u64) -> u64) -> Option<usize> {
    let share = |v: &Version| if v.targets.is_empty() { 0 } else { u64::from(v.weight) };
    let total: u64 = versions.iter().map(share).sum();
    if total == 0 {
        return None;
    }
    // The newest version names the cohort; alone, every point is its own.
    let salt = versions.last().map_or(0, |v| v.salt);
    let at = ((u128::from(point(salt)) * u128::from(total)) >> 64) as u64;
    let mut end = 0;
    for (index, version) in versions.iter().enumerate().skip(1) {
        end += share(version);
        if at < end {
            return Some(index);
        }
    }
    Some(0)
}

/// A client's own target, or the less busy of two random ones; never `not`.
fn target(targets: &[Arc<Target>], client: Option<u64>, not: Option<&Target>, dice: &mut Dice) -> Option<Arc<Target>> {
    let allowed = |t: &&Arc<Target>| not.is_none_or(|n| !std::ptr::eq(n, Arc::as_ptr(t)));
    if let Some(client) = client {
        // Rendezvous: a target that goes moves only its own clients.
        return targets.iter().filter(allowed).max_by_key(|t| dice::mix(client ^ t.hash)).cloned();
    }
    let mut random = || -> Option<&Arc<Target>> {
        match targets {
            [] => None,
            [only] => Some(only),
            _ => Some(&targets[dice.below(targets.len() as u64) as usize]),
        }
    };
    let (a, b) = (random()?, random()?);
    let less = if b.in_flight() < a.in_flight() { b } else { a };
    Some(less).filter(allowed).or_else(|| targets.iter().find(allowed)).cloned()
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;
    use crate::plan::registry::Registry;
    use crate::table;

    fn backend(versions: &[(u32, usize)]) -> Backend {
        let target = |v: usize, t: usize| {
            let address = SocketAddr::from(([127, 0, 0, 1], (v * 10 + t + 1) as u16));
            table::Target { id: format!("v{v}t{t}"), address }
        };
        let version = |(v, (weight, targets)): (usize, &(u32, usize))| table::Version {
            label: format!("v{v}"),
            weight: *weight,
            targets: (0..*targets).map(|t| target(v, t)).collect(),
        };
        let versions = versions.iter().enumerate().map(version).collect();
        let told = table::Backend { epoch: 1, versions, sticky: false, rate_limit: None, hold_ms: 0, timeout_ms: 1 };
        let told = table::Table { backends: [("b".to_owned(), told)].into(), ..table::Table::default() };
        let plan = Registry::new(1).plan(told);
        Arc::into_inner(plan.backends.into_iter().next().unwrap().1).unwrap()
    }

    /// Within five standard deviations of the binomial, with a fixed seed.
    fn assert_share(hits: usize, of: usize, share: f64) {
        let (n, hits) = (of as f64, hits as f64);
        assert!((hits - n * share).abs() <= 5.0 * (n * share * (1.0 - share)).sqrt(), "{hits} of {n} for {share}");
    }

    #[test]
    fn requests_follow_the_weights() {
        let backend = backend(&[(70, 1), (20, 2), (10, 1), (0, 1), (500, 0)]);
        let mut dice = Dice::seeded(42);
        let mut hits = [0; 5];
        for _ in 0..100_000 {
            hits[pick(&backend, None, &mut dice).unwrap().version] += 1;
        }
        for (version, share) in [(0, 0.7), (1, 0.2), (2, 0.1)] {
            assert_share(hits[version], 100_000, share);
        }
        assert_eq!(hits[3..], [0, 0]);
    }

    #[test]
    fn a_client_goes_to_the_new_version_once_and_for_all() {
        let mut on_new = vec![false; 20_000];
        for weight in [0, 1, 10, 11, 50, 99, 100] {
            let backend = backend(&[(100 - weight, 2), (weight, 2)]);
            for (client, was_new) in on_new.iter_mut().enumerate() {
                let id = dice::mix(client as u64);
                let is_new = pick(&backend, Some(id), &mut Dice::seeded(1)).unwrap().version == 1;
                assert!(is_new || !*was_new, "client {client} went back at {weight}");
                *was_new = is_new;
            }
            assert_share(on_new.iter().filter(|n| **n).count(), 20_000, f64::from(weight) / 100.0);
        }
    }

    #[test]
    fn another_version_tries_itself_on_other_clients() {
        let cohort = |label: &str| -> Vec<u64> {
            let mut backend = backend(&[(90, 1), (10, 1)]);
            backend.versions[1].salt = dice::hash(1, label.as_bytes());
            let mut dice = Dice::seeded(1);
            (0..10_000).map(dice::mix).filter(|c| pick(&backend, Some(*c), &mut dice).unwrap().version == 1).collect()
        };
        let (one, other) = (cohort("v2"), cohort("v3"));
        let both = one.iter().filter(|c| other.contains(c)).count();
        assert_share(both, one.len(), 0.1);
    }

    #[test]
    fn a_target_that_goes_moves_only_its_own_clients() {
        let (before, mut after) = (backend(&[(1, 4)]), backend(&[(1, 4)]));
        let gone = after.versions[0].targets.remove(2).hash;
        let mut dice = Dice::seeded(1);
        for client in (0..10_000).map(dice::mix) {
            let was = pick(&before, Some(client), &mut dice).unwrap().target.hash;
            let is = pick(&after, Some(client), &mut dice).unwrap().target.hash;
            assert!(if was == gone { is != gone } else { is == was });
        }
    }

    #[test]
    fn the_less_busy_of_two_targets_is_preferred() {
        let backend = backend(&[(1, 2)]);
        let busy = Arc::clone(&backend.versions[0].targets[0]);
        let _flights: Vec<_> = (0..5).map(|_| crate::target::Flight::begin(&busy)).collect();
        let mut dice = Dice::seeded(3);
        let hits = (0..10_000).filter(|_| pick(&backend, None, &mut dice).unwrap().target.hash == busy.hash).count();
        // Only when both rolls fall on it.
        assert_share(hits, 10_000, 0.25);
    }

    #[test]
    fn what_failed_on_one_target_is_not_sent_to_it_again() {
        let backend = backend(&[(1, 2), (1, 1)]);
        let mut dice = Dice::seeded(5);
        let failed = Arc::clone(&backend.versions[0].targets[1]);
        for client in [None, Some(7)] {
            for _ in 0..100 {
                let next = pick_first(&backend, client, &failed, &mut dice).unwrap();
                assert_eq!((next.version, next.target.hash), (0, backend.versions[0].targets[0].hash));
            }
        }
    }
}
