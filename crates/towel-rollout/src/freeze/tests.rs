//! Freezes across zones, changes of clocks, week ends and wrong words.

use jiff::Timestamp;
use towel_model::{Freeze, WeekRange, Window};

use super::*;

const DAY: u32 = 24 * 60;

fn once(from: &str, to: &str, timezone: &str) -> Freeze {
    let window = Window::Once {
        from: from.parse::<jiff::civil::DateTime>().unwrap().into(),
        to: to.parse::<jiff::civil::DateTime>().unwrap().into(),
    };
    freeze("Event day", window, timezone)
}

fn weekly(from: u32, to: u32, timezone: &str) -> Freeze {
    freeze("Weekend", Window::Weekly(WeekRange { from, to }.into()), timezone)
}

fn freeze(name: &str, window: Window, timezone: &str) -> Freeze {
    Freeze {
        name: name.to_owned().into(),
        window,
        timezone: timezone.to_owned().into(),
        override_word: Some("DEPLOY".to_owned().into()),
        span: Default::default(),
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn check(freeze: &Freeze, moment: &str, expected: bool) {
    let hit = is_frozen(at(moment), std::slice::from_ref(freeze));
    assert_eq!(hit.is_some(), expected, "{moment}");
}

#[test]
fn a_window_holds_from_its_first_moment_to_before_its_end_in_its_own_zone() {
    let event = once("2026-12-05T06:00", "2026-12-06T02:00", "Europe/Paris");
    check(&event, "2026-12-05T04:59:59Z", false);
    check(&event, "2026-12-05T05:00:00Z", true);
    check(&event, "2026-12-06T00:59:59Z", true);
    check(&event, "2026-12-06T01:00:00Z", false);
}

#[test]
fn a_weekly_window_wraps_over_the_end_of_the_week() {
    // Fri 16:00..Mon 08:00.
    let weekend = weekly(4 * DAY + 16 * 60, 8 * 60, "Europe/Paris");
    check(&weekend, "2026-01-09T14:59:59Z", false);
    check(&weekend, "2026-01-09T15:00:00Z", true);
    check(&weekend, "2026-01-11T23:30:00Z", true);
    check(&weekend, "2026-01-12T06:59:59Z", true);
    check(&weekend, "2026-01-12T07:00:00Z", false);
}

#[test]
fn a_weekly_window_keeps_its_local_hours_when_the_clocks_change() {
    let morning = weekly(6 * DAY + 8 * 60, 6 * DAY + 9 * 60, "Europe/Paris");
    // Sundays before and after 2026-03-29.
    check(&morning, "2026-03-22T07:30:00Z", true);
    check(&morning, "2026-03-29T07:30:00Z", false);
    check(&morning, "2026-03-29T06:30:00Z", true);
}

#[test]
fn a_bound_in_the_hour_that_is_skipped_takes_the_longer_reading() {
    // On 2026-03-29 Paris goes from 02:00 to 03:00, which is 01:00 UTC.
    let begins = once("2026-03-29T02:30", "2026-03-29T12:00", "Europe/Paris");
    check(&begins, "2026-03-29T00:29:59Z", false);
    check(&begins, "2026-03-29T00:30:00Z", true);
    let ends = once("2026-03-28T12:00", "2026-03-29T02:30", "Europe/Paris");
    check(&ends, "2026-03-29T01:29:59Z", true);
    check(&ends, "2026-03-29T01:30:00Z", false);
}

#[test]
fn a_bound_in_the_hour_that_comes_twice_takes_the_longer_reading() {
    // On 2026-10-25 Paris has 02:30 twice, at 00:30 and 01:30 UTC.
    let begins = once("2026-10-25T02:30", "2026-10-25T12:00", "Europe/Paris");
    check(&begins, "2026-10-25T00:30:00Z", true);
    check(&begins, "2026-10-25T01:10:00Z", true);
    let ends = once("2026-10-24T12:00", "2026-10-25T02:30", "Europe/Paris");
    check(&ends, "2026-10-25T01:29:59Z", true);
    check(&ends, "2026-10-25T01:30:00Z", false);
}

#[test]
fn only_the_exact_word_lets_a_deploy_through() {
    let freeze = once("2026-12-05T06:00", "2026-12-06T02:00", "Europe/Paris");
    let hit = is_frozen(at("2026-12-05T12:00:00Z"), &[freeze]).unwrap();
    assert!(hit.lets_through(Some("DEPLOY")));
    for word in [None, Some("deploy"), Some("DEPLOY "), Some("")] {
        assert!(!hit.lets_through(word), "{word:?}");
    }
    let sealed = Hit { override_word: None, ..hit };
    assert!(!sealed.lets_through(None));
    assert!(!sealed.lets_through(Some("DEPLOY")));
}

#[test]
fn of_two_freezes_the_one_that_ends_last_is_named() {
    let short = once("2026-12-05T06:00", "2026-12-05T18:00", "UTC");
    let mut long = once("2026-12-05T00:00", "2026-12-07T00:00", "UTC");
    long.name = "Long".to_owned().into();
    let hit = is_frozen(at("2026-12-05T12:00:00Z"), &[short, long]).unwrap();
    assert_eq!(hit.to_string(), "the freeze `Long` (until Mon 2026-12-07 00:00 UTC)");
}

#[test]
fn the_next_change_is_the_next_moment_at_which_the_answer_differs() {
    let weekend = weekly(4 * DAY + 16 * 60, 8 * 60, "UTC");
    let event = once("2026-01-12T08:00", "2026-01-12T10:00", "UTC");
    let freezes = [weekend, event];
    let begins = next_change(at("2026-01-07T00:00:00Z"), &freezes).unwrap();
    assert_eq!(begins.at, at("2026-01-09T16:00:00Z"));
    assert_eq!(begins.into.unwrap().name, "Weekend");
    // The event begins as the weekend ends: it stays frozen.
    let ends = next_change(at("2026-01-10T00:00:00Z"), &freezes).unwrap();
    assert_eq!(ends, Change { at: at("2026-01-12T10:00:00Z"), into: None });
}

#[test]
fn nothing_changes_after_the_last_window() {
    let event = once("2026-01-12T08:00", "2026-01-12T10:00", "UTC");
    assert_eq!(next_change(at("2026-01-13T00:00:00Z"), &[event]), None);
    assert_eq!(next_change(at("2026-01-13T00:00:00Z"), &[]), None);
}
