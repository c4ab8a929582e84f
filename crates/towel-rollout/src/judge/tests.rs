//! The judge at its edges: silence, outages, resets, slowness, messages.

use std::time::Duration;

use towel_engine::ReleaseId;

use super::*;
use crate::traffic::{Evidence, Sample};

const SECOND: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(900);

fn judge(history: Tally, latency: Latency) -> Judge {
    Judge::new(Names { canary: "v3".into(), stable: "v2".into() }, history, latency, PATIENCE)
}

fn well_known() -> Judge {
    judge(Tally { requests: 10_000, bad: 0, slow: 0 }, Latency::fix(&[], None))
}

fn tally(requests: u64, bad: u64) -> Tally {
    Tally { requests, bad, slow: 0 }
}

fn tenth(stable: Tally, canary: Tally) -> [Delta; 1] {
    [Delta { weight: 0.1, stable, canary }]
}

#[test]
fn fifty_two_clean_requests_pass_a_tenth_and_133_pass_a_half() {
    for (share, needed) in [(0.1, 52), (0.5, 133), (1.0, 133)] {
        let mut judge = well_known();
        judge.observe(SECOND, &tenth(tally(1000, 0), tally(needed - 1, 0)));
        assert!(matches!(judge.verdict(share), Verdict::Continue { .. }));
        assert_eq!(judge.explain(share).missing, 1);
        judge.observe(SECOND, &tenth(tally(9, 0), tally(1, 0)));
        assert_eq!(judge.verdict(share), Verdict::Promote);
    }
}

#[test]
fn no_traffic_is_insufficient_when_patience_ends_and_not_before() {
    let mut judge = well_known();
    judge.observe(PATIENCE - SECOND, &[]);
    assert!(matches!(judge.verdict(0.1), Verdict::Continue { .. }));
    judge.observe(SECOND, &[]);
    let Verdict::Insufficient { why } = judge.verdict(0.1) else { panic!() };
    assert_eq!(
        why,
        "`v3` answered 0 of 0 requests with errors; 52 more without an error would show that fewer than 5 % fail"
    );
    judge.begin_step();
    assert!(matches!(judge.verdict(0.5), Verdict::Continue { .. }));
}

#[test]
fn one_bad_request_is_no_reason_to_abort() {
    let mut judge = well_known();
    judge.observe(SECOND, &tenth(tally(0, 0), tally(1, 1)));
    judge.observe(PATIENCE / 2, &[]);
    assert!(matches!(judge.verdict(0.1), Verdict::Continue { .. }));
}

#[test]
fn a_canary_alone_is_judged_by_stables_history() {
    let mut judge = well_known();
    judge.observe(SECOND, &[Delta { weight: 1.0, stable: tally(0, 0), canary: tally(20, 10) }]);
    // Nobody is there for a second look, so it takes the longest wait.
    judge.observe(Duration::from_secs(60), &[]);
    let Verdict::Abort { why } = judge.verdict(1.0) else { panic!() };
    assert!(why.starts_with("`v3` answered 10 of 20 requests with errors; the history of `v2` allows 1.0 %"), "{why}");
}

#[test]
fn stable_alone_says_nothing_about_the_canary() {
    let mut judge = well_known();
    for _ in 0..600 {
        judge.observe(SECOND, &[Delta { weight: 0.0, stable: tally(100, 0), canary: tally(0, 0) }]);
    }
    assert!(matches!(judge.verdict(0.1), Verdict::Continue { .. }));
    assert!((judge.explain(0.1).odds() - 1.0).abs() < 1e-9);
}

#[test]
fn a_first_release_without_any_history_is_not_called_bad_in_itself() {
    let mut judge = judge(tally(0, 0), Latency::fix(&[], None));
    judge.observe(SECOND, &[Delta { weight: 1.0, stable: tally(0, 0), canary: tally(20, 20) }]);
    judge.observe(Duration::from_secs(120), &[]);
    assert!(!matches!(judge.verdict(1.0), Verdict::Abort { .. } | Verdict::Promote));
}

#[test]
fn the_cause_names_both_versions_and_their_counts() {
    let mut judge = well_known();
    judge.observe(SECOND, &tenth(tally(103, 0), tally(11, 9)));
    let Verdict::Abort { why } = judge.verdict(0.1) else { panic!() };
    assert_eq!(
        why,
        "`v3` answered 9 of 11 requests with errors while `v2` answered 0 of 103 with errors; \
         odds 14,132,898:1 against it; limit 100:1"
    );
}

#[test]
fn an_abort_stands_whatever_comes_after_it() {
    let mut judge = well_known();
    judge.observe(SECOND, &tenth(tally(100, 0), tally(10, 9)));
    judge.observe(SECOND, &tenth(tally(100_000, 0), tally(10_000, 0)));
    assert!(matches!(judge.verdict(0.1), Verdict::Abort { .. }));
}

#[test]
fn an_outage_of_both_holds_and_is_over_a_minute_after_stable_recovered() {
    let mut judge = well_known();
    for _ in 0..10 {
        judge.observe(SECOND, &tenth(tally(90, 90), tally(10, 10)));
    }
    let Verdict::Hold { why } = judge.verdict(0.1) else { panic!() };
    assert!(why.starts_with("`v2` itself answered 900 of its last 900 requests with errors"), "{why}");
    for _ in 0..121 {
        judge.observe(SECOND, &tenth(tally(90, 0), tally(10, 0)));
    }
    assert!(!judge.verdict(0.1).is_hold());
    assert!(!matches!(judge.verdict(0.1), Verdict::Abort { .. }));
}

#[test]
fn a_tiny_difference_at_very_high_traffic_is_no_reason_to_abort() {
    let mut judge = judge(tally(1_000_000, 10_000), Latency::fix(&[], None));
    for _ in 0..600 {
        // 1.00 % against 1.15 %.
        judge.observe(SECOND, &tenth(tally(90_000, 900), tally(10_000, 115)));
    }
    assert_eq!(judge.verdict(0.1), Verdict::Promote);
}

#[test]
fn slowness_beyond_stables_own_is_a_bad_event() {
    let latency = Latency::fix(&[(0.05, 190), (0.1, 10)], None);
    assert_eq!(latency, Latency { bound: Some(0.1), source: LatencySource::Stable });
    let mut judge = judge(tally(10_000, 0), latency);
    for _ in 0..5 {
        let canary = Tally { requests: 10, bad: 0, slow: 5 };
        judge.observe(SECOND, &tenth(tally(90, 0), canary));
    }
    let Verdict::Abort { why } = judge.verdict(0.1) else { panic!() };
    assert!(why.starts_with("`v3` took longer than 100 ms for "), "{why}");
}

#[test]
fn one_pause_of_the_canary_that_delays_many_requests_is_no_proof() {
    let latency = Latency::fix(&[(0.05, 190), (0.1, 10)], None);
    let mut judge = judge(tally(10_000, 0), latency);
    judge.observe(SECOND, &tenth(tally(90, 0), Tally { requests: 10, bad: 0, slow: 8 }));
    for _ in 0..20 {
        judge.observe(SECOND, &tenth(tally(90, 0), tally(10, 0)));
    }
    assert_eq!(judge.verdict(0.1), Verdict::Promote);
}

#[test]
fn two_humps_of_latency_that_both_have_are_no_reason_to_abort() {
    let mut judge = judge(tally(10_000, 0), Latency::fix(&[(0.05, 9_000), (1.0, 1_000)], None));
    for _ in 0..300 {
        let slow = |requests: u64| Tally { requests, bad: 0, slow: requests / 10 };
        judge.observe(SECOND, &tenth(slow(90), slow(10)));
    }
    assert_eq!(judge.verdict(0.1), Verdict::Promote);
}

#[test]
fn few_latencies_leave_it_to_the_slo_and_none_to_nobody() {
    let few = [(0.05, 199)];
    assert_eq!(Latency::fix(&few, Some(0.2)), Latency { bound: Some(0.2), source: LatencySource::Slo });
    assert_eq!(Latency::fix(&few, None), Latency { bound: None, source: LatencySource::None });
    // P95 is 50 ms: 25 % more would be 62.5 ms, less than 50 ms more.
    assert_eq!(Latency::fix(&[(0.05, 200)], Some(0.2)).bound, Some(0.1));
    assert_eq!(Latency::fix(&[(1.0, 200)], None).bound, Some(1.25));
}

#[test]
fn a_bucket_that_the_bound_cuts_counts_as_fast() {
    let latency = Latency { bound: Some(0.1), source: LatencySource::Slo };
    assert_eq!(latency.slow(&[(0.05, 7), (0.25, 5), (f64::MAX, 3)]), 3);
    assert_eq!(latency.slow(&[(0.1, 7), (0.25, 5), (f64::MAX, 3)]), 8);
}

const STABLE: ReleaseId = ReleaseId(1);
const CANARY: ReleaseId = ReleaseId(2);

fn sample(release: ReleaseId, epoch: u64, requests: u64, bad: u64) -> Sample {
    Sample { release, epoch, requests, bad, latency: Vec::new() }
}

fn evidence(boot: u64, samples: Vec<Sample>) -> Evidence {
    Evidence { boot, samples }
}

fn no_bound() -> Latency {
    Latency::fix(&[], None)
}

#[test]
fn history_is_not_counted_and_late_answers_keep_their_splits_weight() {
    let mut ledger = Ledger::new(STABLE, CANARY, &evidence(1, vec![sample(STABLE, 3, 500, 5)]), no_bound());
    ledger.expect(4, 0.1);
    ledger.expect(5, 0.5);
    let now =
        vec![sample(STABLE, 3, 502, 6), sample(CANARY, 4, 7, 1), sample(STABLE, 5, 3, 0), sample(CANARY, 5, 4, 2)];
    let deltas = ledger.take(&evidence(1, now.clone()), no_bound(), None);
    assert_eq!(
        deltas,
        [
            Delta { weight: 0.0, stable: tally(2, 1), canary: tally(0, 0) },
            Delta { weight: 0.1, stable: tally(0, 0), canary: tally(7, 1) },
            Delta { weight: 0.5, stable: tally(3, 0), canary: tally(4, 2) },
        ]
    );
    assert_eq!(ledger.take(&evidence(1, now), no_bound(), None), []);
}

#[test]
fn a_data_plane_started_anew_costs_no_evidence_and_doubles_none() {
    let mut ledger = Ledger::new(STABLE, CANARY, &evidence(1, vec![sample(CANARY, 4, 100, 10)]), no_bound());
    ledger.expect(4, 0.1);
    let deltas = ledger.take(&evidence(2, vec![sample(CANARY, 4, 5, 1)]), no_bound(), None);
    assert_eq!(deltas, [Delta { weight: 0.1, stable: tally(0, 0), canary: tally(5, 1) }]);
}

#[test]
fn a_counter_that_fell_counts_from_zero() {
    let mut ledger = Ledger::new(STABLE, CANARY, &evidence(1, vec![sample(CANARY, 4, 100, 10)]), no_bound());
    ledger.expect(4, 0.1);
    let deltas = ledger.take(&evidence(1, vec![sample(CANARY, 4, 3, 0)]), no_bound(), None);
    assert_eq!(deltas, [Delta { weight: 0.1, stable: tally(0, 0), canary: tally(3, 0) }]);
}

#[test]
fn numbers_that_are_none_do_no_harm() {
    let odd = Sample { latency: vec![(f64::NAN, 3), (0.1, 5), (f64::INFINITY, 2)], ..sample(CANARY, 4, 7, 9) };
    let mut ledger = Ledger::new(STABLE, CANARY, &evidence(1, Vec::new()), no_bound());
    ledger.expect(4, 0.1);
    let slo = Latency::fix(&[], Some(0.1));
    let deltas = ledger.take(&evidence(1, vec![odd]), slo, None);
    assert_eq!(deltas[0].canary, Tally { requests: 7, bad: 7, slow: 2 });
    let kept = serde_json::to_string(&ledger).unwrap();
    let mut read: Ledger = serde_json::from_str(&kept).unwrap();
    assert_eq!(read.take(&evidence(1, vec![sample(CANARY, 4, 8, 7)]), slo, None)[0].canary, tally(1, 0));
}

#[test]
fn an_ejected_canary_is_recorded_with_weight_zero() {
    let mut ledger = Ledger::new(STABLE, CANARY, &evidence(1, Vec::new()), no_bound());
    ledger.expect(4, 0.5);
    let mut judge = well_known();
    let deltas = ledger.take(&evidence(1, vec![sample(STABLE, 4, 100, 60)]), no_bound(), Some(0.0));
    assert_eq!(deltas[0].weight, 0.0);
    judge.observe(SECOND, &deltas);
    // Had they counted with one half, they would speak for the canary.
    assert!((judge.explain(0.5).odds_relative - 1.0).abs() < 1e-9);
}

#[test]
fn quantiles_come_from_this_rollout_alone() {
    let with = |latency: Vec<(f64, u64)>| evidence(1, vec![Sample { latency, ..sample(CANARY, 4, 0, 0) }]);
    let mut ledger = Ledger::new(STABLE, CANARY, &with(vec![(0.1, 1000), (0.5, 0)]), no_bound());
    ledger.take(&with(vec![(0.1, 1001), (0.5, 99)]), no_bound(), None);
    assert_eq!(quantile(&ledger.latencies(CANARY), 0.95), Some(0.5));
    assert_eq!(quantile(&ledger.latencies(STABLE), 0.95), None);
}

#[test]
fn few_requests_for_the_time_left_call_for_probes() {
    let mut judge = well_known();
    let bake = Duration::from_secs(120);
    assert!(!judge.is_starved(0.1, bake), "nobody knows yet");
    judge.observe(Duration::from_secs(20), &tenth(tally(18, 0), tally(2, 0)));
    assert!(judge.is_starved(0.1, bake));
    judge.observe(Duration::from_secs(20), &tenth(tally(180, 0), tally(40, 0)));
    assert!(!judge.is_starved(0.1, bake));
}

#[test]
fn clean_probes_do_not_stand_in_for_users() {
    let mut judge = well_known();
    for _ in 0..500 {
        judge.observe(SECOND, &[]);
        judge.observe_probes(0, 0, 1);
    }
    assert!(matches!(judge.verdict(0.1), Verdict::Continue { .. }));
}

#[test]
fn a_run_of_bad_answers_is_unlikely_at_any_size() {
    // Exact below a mean of 30, normal above; both sides of each border.
    for (bad, requests, unlikely) in [
        (2, 3, true),
        (1, 3, false),
        (2, 30, false),
        (3, 30, true),
        (40, 3000, false),
        (42, 2900, true),
        (420, 40_000, false),
        (442, 40_000, true),
    ] {
        assert_eq!(bounds::is_unlikely(bad, requests, 0.01), unlikely, "{bad} of {requests}");
    }
}
