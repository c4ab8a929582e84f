//! Simulated canaries with fixed seeds: how often the judge is wrong, and how fast it is right.
//!
//! Five minutes at 10 % of the traffic and five at 50 %, after a day of history. The bounds
//! asserted here lie a little beyond what was measured; `docs` quote the measurements.

use std::time::Duration;

use super::*;
use crate::fake::Random;

const DAY: f64 = 86_400.0;
const RUNS: u64 = 400;

#[derive(Clone, Copy)]
struct Case {
    /// Stable's share of bad requests in the past.
    before: f64,
    /// And during the rollout.
    stable: f64,
    canary: f64,
    /// Requests a second.
    rate: f64,
    probes: bool,
    /// From second, to second, share of all requests that fail.
    outage: (u32, u32, f64),
}

/// Both fail this often.
fn healthy(bad: f64, rate: f64) -> Case {
    Case { before: bad, stable: bad, canary: bad, rate, probes: false, outage: (0, 0, 0.0) }
}

/// The canary fails more often than stable.
fn worse(stable: f64, canary: f64, rate: f64) -> Case {
    Case { canary, ..healthy(stable, rate) }
}

/// When it was aborted, and after how many errors that users saw.
fn run(case: Case, seed: u64) -> Option<(u32, u64)> {
    let mut random = Random::new(seed);
    let mut judge = judge_after_a_day(case, &mut random);
    for second in 0..600 {
        let weight = if second < 300 { 0.1 } else { 0.5 };
        watch_a_second(case, &mut random, &mut judge, second, weight);
        if let Verdict::Abort { .. } = judge.verdict(weight) {
            return Some((second + 1, judge.explain(weight).canary.bad));
        }
    }
    None
}

fn judge_after_a_day(case: Case, random: &mut Random) -> Judge {
    let requests = (case.rate * DAY) as u64;
    let history = Tally { requests, bad: random.poisson(requests as f64 * case.before), slow: 0 };
    let names = Names { canary: "v2".into(), stable: "v1".into() };
    Judge::new(names, history, Latency::fix(&[], None), Duration::from_secs(900))
}

fn watch_a_second(case: Case, random: &mut Random, judge: &mut Judge, second: u32, weight: f64) {
    let (from, to, share) = case.outage;
    let outage = if (from..to).contains(&second) { share } else { 0.0 };
    let mut answer = |mean: f64, bad: f64| {
        let requests = random.poisson(mean);
        let bad = (0..requests).filter(|_| random.chance(bad) || random.chance(outage)).count() as u64;
        Tally { requests, bad, slow: 0 }
    };
    let stable = answer(case.rate * (1.0 - weight), case.stable);
    let canary = answer(case.rate * weight, case.canary);
    judge.observe(Duration::from_secs(1), &[Delta { weight, stable, canary }]);
    // One probe a second, half of them to each.
    if case.probes && second.is_multiple_of(2) {
        let (canary, stable) = (random.chance(case.canary), random.chance(case.stable));
        judge.observe_probes(u64::from(canary), u64::from(stable), 1);
    }
}

/// Share of runs that were aborted, and the median time and errors of those.
fn measure(case: Case) -> (f64, u32, u64) {
    let caught: Vec<(u32, u64)> = (0..RUNS).filter_map(|seed| run(case, seed)).collect();
    let share = caught.len() as f64 / RUNS as f64;
    let (mut times, mut errors): (Vec<u32>, Vec<u64>) = caught.into_iter().unzip();
    times.sort_unstable();
    errors.sort_unstable();
    let middle = |count: usize| count / 2;
    (
        share,
        times.get(middle(times.len())).copied().unwrap_or_default(),
        errors.get(middle(errors.len())).copied().unwrap_or_default(),
    )
}

#[test]
fn a_healthy_canary_is_aborted_in_at_most_one_of_a_hundred_rollouts() {
    for case in [healthy(0.01, 10.0), healthy(0.03, 10.0), healthy(0.01, 1.0), healthy(0.001, 10.0)] {
        let (aborted, ..) = measure(case);
        assert!(aborted <= 0.01, "{aborted}");
    }
}

#[test]
fn busier_traffic_does_not_make_false_aborts_likelier() {
    let (aborted, ..) = measure(healthy(0.01, 100.0));
    assert!(aborted <= 0.01, "{aborted}");
}

#[test]
fn a_bad_day_for_both_is_not_blamed_on_the_canary() {
    // Both fail twice as often as they used to.
    let (aborted, ..) = measure(Case { before: 0.01, ..healthy(0.02, 10.0) });
    assert!(aborted <= 0.01, "{aborted}");
    // Three times as often: beyond what the history allows, yet shared.
    let (aborted, ..) = measure(Case { before: 0.01, ..healthy(0.03, 10.0) });
    assert!(aborted <= 0.02, "{aborted}");
}

#[test]
fn a_shared_outage_is_not_blamed_on_the_canary() {
    for rate in [1.0, 10.0] {
        for share in [0.1, 0.3, 1.0] {
            let (aborted, ..) = measure(Case { outage: (60, 120, share), ..healthy(0.01, rate) });
            assert!(aborted <= 0.01, "{share} at {rate}/s: {aborted}");
        }
    }
}

#[test]
fn a_shared_outage_at_half_of_the_traffic_is_not_blamed_on_the_canary() {
    for (rate, share, most) in [(1.0, 1.0, 0.01), (10.0, 0.1, 0.01), (10.0, 1.0, 0.01), (1.0, 0.3, 0.04)] {
        let (aborted, ..) = measure(Case { outage: (330, 390, share), ..healthy(0.01, rate) });
        assert!(aborted <= most, "{share} at {rate}/s: {aborted}");
    }
}

#[test]
fn a_canary_that_always_fails_is_caught_within_a_few_requests() {
    let (caught, seconds, errors) = measure(worse(0.0, 1.0, 1.0));
    assert_eq!(caught, 1.0);
    assert!(seconds <= 25 && errors <= 3, "{seconds} s, {errors} errors");
}

#[test]
fn a_tenth_failing_is_caught_at_one_request_a_second() {
    let (caught, seconds, _) = measure(worse(0.001, 0.1, 1.0));
    assert!(caught >= 0.98 && seconds <= 310, "{caught} in {seconds} s");
}

#[test]
fn a_tenth_failing_is_caught_in_near_silence_by_probes() {
    let (alone, ..) = measure(worse(0.001, 0.1, 0.2));
    let (caught, seconds, _) = measure(Case { probes: true, ..worse(0.001, 0.1, 0.2) });
    assert!((0.4..0.6).contains(&alone), "{alone}");
    assert!(caught >= 0.99 && seconds <= 90, "{caught} in {seconds} s");
}

#[test]
fn one_percent_becoming_five_is_the_weak_spot_at_one_request_a_second() {
    let (alone, ..) = measure(worse(0.01, 0.05, 1.0));
    let (probed, ..) = measure(Case { probes: true, ..worse(0.01, 0.05, 1.0) });
    assert!(alone >= 0.3, "{alone}");
    assert!(probed >= 0.78, "{probed}");
}

/// How a whole rollout ends: whether it is promoted before the deadline of 30 minutes, at steps
/// of 10, 50 and 100 % with two minutes of bake.
fn is_promoted(case: Case, seed: u64) -> bool {
    let mut random = Random::new(seed);
    let mut judge = judge_after_a_day(case, &mut random);
    let mut began = 0;
    let mut steps = [0.1, 0.5, 1.0].into_iter();
    let Some(mut weight) = steps.next() else { return true };
    for second in 0..1800 {
        watch_a_second(case, &mut random, &mut judge, second, weight);
        match judge.verdict(weight) {
            Verdict::Abort { .. } => return false,
            Verdict::Promote if second - began >= 120 => match steps.next() {
                Some(next) => (weight, began) = (next, second),
                None => return true,
            },
            _ => {}
        }
    }
    false
}

fn promoted(case: Case) -> f64 {
    (0..RUNS).filter(|seed| is_promoted(case, *seed)).count() as f64 / RUNS as f64
}

#[test]
fn a_healthy_canary_is_promoted_and_one_five_times_as_bad_is_not() {
    assert!(promoted(healthy(0.01, 10.0)) >= 0.95);
    assert!(promoted(worse(0.01, 0.05, 10.0)) <= 0.01);
}

#[test]
fn with_little_traffic_the_weak_spot_costs_time_and_is_not_promoted() {
    assert!(promoted(worse(0.01, 0.05, 1.0)) <= 0.05);
}
