//! So many requests per client address: a token bucket, kept as the time at which it is full again.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::split::dice;
use crate::table::RateLimit;

const SHARDS: usize = 16;
/// Addresses remembered per shard; with all shards 128 Ki, under 10 MiB.
const SHARD_LIMIT: usize = 8192;

/// A backend's limit and who used how much of it.
#[derive(Debug)]
pub(crate) struct Limiter {
    /// The time in which one request's worth comes back.
    interval: Duration,
    /// The time in which the whole bucket fills.
    period: Duration,
    shards: [Mutex<HashMap<IpAddr, Instant>>; SHARDS],
}

impl Limiter {
    pub(crate) fn new(limit: RateLimit) -> Self {
        let period = Duration::from_millis(limit.per_ms);
        Self { interval: period / limit.requests, period, shards: Default::default() }
    }

    /// Takes one request's worth; otherwise says after how long to come again.
    pub(crate) fn take(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let key = network(address);
        let mut shard = self.shards[shard(key)].lock().unwrap_or_else(PoisonError::into_inner);
        if shard.len() >= SHARD_LIMIT && !shard.contains_key(&key) {
            make_room(&mut shard, now);
        }
        let full_at = shard.entry(key).or_insert(now);
        let next = (*full_at).max(now) + self.interval;
        let over = next.duration_since(now).saturating_sub(self.period);
        if over > Duration::ZERO {
            return Err(over);
        }
        *full_at = next;
        Ok(())
    }
}

/// Addresses whose bucket is full again are forgotten; under attack, the fullest half goes.
fn make_room(shard: &mut HashMap<IpAddr, Instant>, now: Instant) {
    shard.retain(|_, full_at| *full_at > now);
    if shard.len() >= SHARD_LIMIT {
        let mut times: Vec<_> = shard.values().copied().collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        shard.retain(|_, full_at| *full_at > median);
    }
}

/// A home has a whole /64 of IPv6 addresses; they count as one.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (!0 << 64))),
        },
    }
}

fn shard(address: IpAddr) -> usize {
    let bits = match address {
        IpAddr::V4(v4) => u64::from(v4.to_bits()),
        IpAddr::V6(v6) => (v6.to_bits() >> 64) as u64,
    };
    dice::mix(bits) as usize % SHARDS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(n: u32) -> IpAddr {
        IpAddr::V4(std::net::Ipv4Addr::from_bits(n))
    }

    #[tokio::test(start_paused = true)]
    async fn a_periods_worth_may_come_at_once_and_then_at_its_rate() {
        let limiter = Limiter::new(RateLimit { requests: 10, per_ms: 1000 });
        let passed = |n| (0..n).filter(|_| limiter.take(address(1), Instant::now()).is_ok()).count();
        assert_eq!(passed(50), 10);
        tokio::time::advance(Duration::from_millis(300)).await;
        assert_eq!(passed(50), 3);
        let wait = limiter.take(address(1), Instant::now()).unwrap_err();
        assert_eq!(wait, Duration::from_millis(100));
        assert!(limiter.take(address(2), Instant::now()).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_of_addresses_does_not_grow_without_bound() {
        let limiter = Limiter::new(RateLimit { requests: 1, per_ms: 3_600_000 });
        for n in 0..(SHARDS * SHARD_LIMIT * 2) as u32 {
            limiter.take(address(n), Instant::now()).unwrap();
        }
        let kept: usize = limiter.shards.iter().map(|s| s.lock().unwrap().len()).sum();
        assert!(kept <= SHARDS * SHARD_LIMIT);
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_as_one() {
        let a: IpAddr = "2001:db8::1".parse().unwrap();
        let b: IpAddr = "2001:db8::ffff:1".parse().unwrap();
        let c: IpAddr = "2001:db8:0:1::1".parse().unwrap();
        assert_eq!(network(a), network(b));
        assert_ne!(network(a), network(c));
    }
}
