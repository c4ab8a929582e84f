//! How messages write lists, durations and figures.

use std::time::Duration;

use towel_model::{Class, Size};

/// `` `a`, `b` and `c` ``.
pub(crate) fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// A duration as a person would write it in the file: `90s`, `15m`, `4h`, `30d`.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if duration.subsec_nanos() != 0 || seconds == 0 {
        return format!("{}ms", duration.as_millis());
    }
    for (size, unit) in [(86_400, "d"), (3600, "h"), (60, "m")] {
        if seconds.is_multiple_of(size) {
            return format!("{}{unit}", seconds / size);
        }
    }
    format!("{seconds}s")
}

/// A computed duration, rounded to its two largest units: `1m 44s`, `2h 5m`.
pub(crate) fn about(seconds: f64) -> String {
    // Rounded up: what is needed is never understated. The cast saturates, which is as long as it gets.
    let whole = seconds.ceil() as u64;
    let units = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")];
    let Some(first) = units.iter().position(|(size, _)| whole >= *size) else { return "0s".to_owned() };
    let (size, unit) = units[first];
    let mut text = format!("{}{unit}", whole / size);
    if let Some((next, next_unit)) = units.get(first + 1)
        && whole % size / next > 0
    {
        text.push_str(&format!(" {}{next_unit}", whole % size / next));
    }
    text
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

/// A class as it is written in the file.
pub(crate) const fn class_name(class: Class) -> &'static str {
    match class {
        Class::Dev => "dev",
        Class::Staging => "staging",
        Class::Production => "production",
    }
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

/// `did you mean …?` when a candidate is near, else what there is to choose from.
pub(crate) fn choice<'a>(written: &str, what: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    match nearest(written, candidates.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if candidates.is_empty() => format!("no {what} is declared"),
        None if candidates.len() > 12 => {
            format!("declared: {} and {} more", candidates[..12].join(", "), candidates.len() - 12)
        }
        None => format!("declared: {}", names(candidates)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_in_the_largest_unit_that_fits() {
        assert_eq!(duration(Duration::from_secs(90)), "90s");
        assert_eq!(duration(Duration::from_secs(900)), "15m");
        assert_eq!(duration(Duration::from_secs(30 * 86_400)), "30d");
        assert_eq!(duration(Duration::from_millis(1500)), "1500ms");
    }

    #[test]
    fn computed_durations_keep_two_units_and_round_up() {
        assert_eq!(about(103.2), "1m 44s");
        assert_eq!(about(7500.0), "2h 5m");
        assert_eq!(about(0.2), "1s");
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
