//! Durations, sizes and shares as people write them.

use std::time::Duration;

/// `200ms`, `5s`, `2m`, `1h`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a duration; write it like `200ms`, `5s` or `2m`");
    let seconds = match split(text) {
        (number, "ms") => number.parse::<f64>().map(|number| number / 1e3),
        (number, "s") => number.parse(),
        (number, "m") => number.parse::<f64>().map(|number| number * 60.0),
        (number, "h") => number.parse::<f64>().map(|number| number * 3600.0),
        _ => return Err(wrong()),
    };
    seconds.ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).ok_or_else(wrong)
}

/// `1Mi`, `64Ki`, `512`: bytes.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is not a size; write it like `64Ki`, `1Mi` or `512`");
    let (number, unit) = split(text);
    let factor = match unit {
        "" => 1,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        _ => return Err(wrong()),
    };
    number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor)).ok_or_else(wrong)
}

/// A share from 0 to 1: `0.5` or `50%`.
pub(super) fn share(text: &str) -> Result<f64, String> {
    let number = match text.strip_suffix('%') {
        Some(percent) => percent.parse::<f64>().map(|percent| percent / 100.0),
        None => text.parse(),
    };
    number
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| format!("`{text}` is not a share; write it like `0.5` or `50%`"))
}

fn split(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_sizes_and_shares_are_written_as_people_do() {
        assert_eq!(duration("200ms"), Ok(Duration::from_millis(200)));
        assert_eq!(duration("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(size("2Ki"), Ok(2048));
        assert_eq!(size("7"), Ok(7));
        assert_eq!(share("50%"), share("0.5"));
    }

    #[test]
    fn what_means_nothing_is_refused_with_examples() {
        for text in ["", "5", "5 parsecs", "-1s", "1e400s", "NaNs"] {
            assert!(duration(text).unwrap_err().contains("write it like"), "{text}");
        }
        assert!(size("1.5Mi").is_err() && size("99999999999999999999").is_err());
        assert!(share("2").is_err() && share("NaN").is_err() && share("-1%").is_err());
    }
}
