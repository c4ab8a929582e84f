//! How messages write lists, durations and figures.

use std::time::Duration;

use towel_model::Size;
use towel_source::Diagnostic;

/// `` `a`, `b` and `c` ``.
pub(crate) fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// Units of time, and up to how many of each are easier to read than larger units.
const UNITS: [(u64, &str, u64); 4] = [(86_400, "d", u64::MAX), (3600, "h", 72), (60, "m", 120), (1, "s", 120)];

/// A duration as a person would write it in the file: `90s`, `15m`, `4h40m`, `30d`.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if duration.subsec_nanos() != 0 || seconds == 0 {
        return format!("{}ms", duration.as_millis());
    }
    for (size, unit, most) in UNITS {
        if seconds.is_multiple_of(size) && seconds / size <= most {
            return format!("{}{unit}", seconds / size);
        }
    }
    in_units(seconds)
}

/// A computed duration, rounded up to its two largest units: `1m44s`, `2h5m`.
pub(crate) fn about(seconds: f64) -> String {
    // What is needed is never understated. The cast saturates, which is as long as it gets.
    let whole = seconds.ceil() as u64;
    let largest = UNITS.iter().position(|(size, ..)| whole >= *size).unwrap_or(UNITS.len() - 1);
    let (smallest, ..) = UNITS[(largest + 1).min(UNITS.len() - 1)];
    in_units(whole.div_ceil(smallest).saturating_mul(smallest))
}

fn in_units(mut seconds: u64) -> String {
    let mut text = String::new();
    for (size, unit, _) in UNITS {
        if seconds >= size {
            text.push_str(&format!("{}{unit}", seconds / size));
            seconds %= size;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// A figure with at most `digits` decimals and no trailing zeros.
pub(crate) fn figure(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Memory in the unit in which limits are written: `512Mi`.
pub(crate) fn mebibytes(size: Size) -> String {
    format!("{}Mi", size.0 >> 20)
}

/// `1 instance`, `2 instances`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The candidate that `written` was probably meant to be.
pub(crate) fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = (written.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(written, candidate), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Adds what was probably meant at the finding's primary place, or else what there is to choose from.
pub(crate) fn choice<'a>(
    found: Diagnostic,
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    match (nearest(written, candidates.iter().copied()), found.primary()) {
        (Some(near), Some(place)) => found.help(format!("did you mean `{near}`?")).suggest(place, near),
        (Some(near), None) => found.help(format!("did you mean `{near}`?")),
        (None, _) if candidates.is_empty() => found,
        (None, _) if candidates.len() > MOST_CHOICES => {
            let shown = names(candidates[..MOST_CHOICES].iter().copied()).replace(" and ", ", ");
            found.note(format!("there are {shown} and {} more", candidates.len() - MOST_CHOICES))
        }
        (None, _) => {
            found.note(format!("there {} {}", if candidates.len() == 1 { "is" } else { "are" }, names(candidates)))
        }
    }
}

/// More names than these are no help.
const MOST_CHOICES: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_in_the_largest_unit_that_fits_or_in_two() {
        assert_eq!(duration(Duration::from_secs(280 * 60)), "4h40m");
        assert_eq!(duration(Duration::from_secs(64 * 3600)), "64h");
        assert_eq!(duration(Duration::from_secs(3601)), "1h1s");
        assert_eq!(duration(Duration::from_secs(90)), "90s");
        assert_eq!(duration(Duration::from_secs(900)), "15m");
        assert_eq!(duration(Duration::from_secs(30 * 86_400)), "30d");
        assert_eq!(duration(Duration::from_millis(1500)), "1500ms");
    }

    #[test]
    fn computed_durations_keep_two_units_and_round_up() {
        assert_eq!(about(103.2), "1m44s");
        assert_eq!(about(7500.0), "2h5m");
        assert_eq!(about(0.2), "1s");
        assert_eq!(about(3599.5), "1h");
        assert_eq!(about(90_061.0), "1d2h");
        assert_eq!(about(0.0), "0s");
    }

    #[test]
    fn a_near_name_is_offered_and_a_far_one_is_not() {
        assert_eq!(nearest("mongdb", ["redis", "mongodb"]), Some("mongodb"));
        assert_eq!(nearest("kafka", ["redis", "mongodb"]), None);
    }

    #[test]
    fn figures_lose_their_trailing_zeros() {
        assert_eq!(figure(99.90, 2), "99.9");
        assert_eq!(figure(100.0, 0), "100");
    }
}
