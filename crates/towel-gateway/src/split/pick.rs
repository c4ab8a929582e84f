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
