//! Times, shares and sizes in words.

use std::time::Duration;

use jiff::Timestamp;

/// How long ago, in one unit: `12 s`, `3 min`, `5 h`, `2 d`.
pub(crate) fn age(then: Timestamp, now: Timestamp) -> String {
    let passed = now.duration_since(then).as_secs().max(0);
    match passed {
        0..120 => format!("{passed} s"),
        120..7200 => format!("{} min", passed / 60),
        7200..172_800 => format!("{} h", passed / 3600),
        _ => format!("{} d", passed / 86_400),
    }
}

/// `1.4 s`, `83 s`, `12 min`.
pub(crate) fn seconds(duration: Duration) -> String {
    let passed = duration.as_secs_f64();
    if passed < 10.0 {
        format!("{passed:.1} s")
    } else if passed < 120.0 {
        format!("{passed:.0} s")
    } else {
        format!("{:.0} min", passed / 60.0)
    }
}

/// Seconds as milliseconds: `83 ms`.
pub(crate) fn millis(seconds: f64) -> String {
    let millis = seconds * 1000.0;
    if millis < 10.0 { format!("{millis:.1} ms") } else { format!("{millis:.0} ms") }
}

/// A share of one as a percentage: `10 %`, `0.4 %`.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent == percent.round() || percent >= 10.0 { format!("{percent:.0} %") } else { format!("{percent:.1} %") }
}

/// `12 MiB`.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = count as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 || value >= 100.0 {
        format!("{value:.0} {}", UNITS[unit])
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

/// The moment on this machine's clock: `2026-11-21 14:03:09`.
pub(crate) fn local_time(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_read_well() {
        assert_eq!(bytes(512), "512 B");
        assert_eq!(bytes(5 * 1024 * 1024 + 300 * 1024), "5.3 MiB");
        assert_eq!(percent(0.1), "10 %");
        assert_eq!(percent(0.004), "0.4 %");
        assert_eq!(millis(0.0834), "83 ms");
        assert_eq!(seconds(Duration::from_millis(2340)), "2.3 s");
        let now = Timestamp::from_second(1_000_000).unwrap();
        assert_eq!(age(Timestamp::from_second(999_700).unwrap(), now), "5 min");
    }
}
