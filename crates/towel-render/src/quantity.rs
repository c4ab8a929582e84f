//! Durations, sizes and rates as other formats write them.

use std::time::Duration;

use towel_model::{Cpu, Size};

/// `250m`, `2`: a quantity of Kubernetes.
pub(crate) fn cpu(cpu: Cpu) -> String {
    if cpu.0.is_multiple_of(1000) { (cpu.0 / 1000).to_string() } else { format!("{}m", cpu.0) }
}

/// `256Mi`: the largest binary unit that divides it, a quantity of Kubernetes.
pub(crate) fn size(size: Size) -> String {
    let (number, unit) = in_units(size, ["", "Ki", "Mi", "Gi", "Ti"]);
    format!("{number}{unit}")
}

/// `256m`: the largest binary unit that divides it, the way Docker writes it.
pub(crate) fn docker_size(size: Size) -> String {
    let (number, unit) = in_units(size, ["b", "k", "m", "g", "t"]);
    if unit == "t" { format!("{}g", number * 1024) } else { format!("{number}{unit}") }
}

fn in_units(size: Size, units: [&'static str; 5]) -> (u64, &'static str) {
    let mut number = size.0;
    let mut unit = 0;
    while number != 0 && number.is_multiple_of(1024) && unit + 1 < units.len() {
        number /= 1024;
        unit += 1;
    }
    (number, units.get(unit).copied().unwrap_or_default())
}

/// `1h30m`, `15s`, `500ms`: a duration of Prometheus, Compose, Go and towel alike (days as hours).
pub(crate) fn duration(duration: Duration) -> String {
    written(duration, &[("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)])
}

/// `30d`, `1h`, `5m`: a duration in one unit where that is exact, as ranges in PromQL are written.
pub(crate) fn window(duration: Duration) -> String {
    written(duration, &[("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)])
}

fn written(duration: Duration, units: &[(&str, u128)]) -> String {
    let mut left = duration.as_millis();
    let mut text = String::new();
    for (unit, length) in units {
        let count = left / length;
        left %= length;
        if count > 0 {
            text.push_str(&format!("{count}{unit}"));
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// Whole seconds, rounded up: what takes seconds must not get less than was asked for.
pub(crate) fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis().div_ceil(1000)).unwrap_or(i64::MAX)
}

/// A number without a needless point: `0.2`, `5`.
pub(crate) fn number(value: f64) -> String {
    format!("{value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_use_the_largest_unit_that_is_exact() {
        assert_eq!([cpu(Cpu(250)), cpu(Cpu(2000))], ["250m", "2"]);
        assert_eq!(
            [size(Size(256 << 20)), size(Size(1000)), size(Size(0)), size(Size(3 << 50))],
            ["256Mi", "1000", "0", "3072Ti"]
        );
        assert_eq!(
            [docker_size(Size(1 << 40)), docker_size(Size(512 << 20)), docker_size(Size(1000))],
            ["1024g", "512m", "1000b"]
        );
    }

    #[test]
    fn durations_are_exact() {
        let of = |seconds: f64| Duration::from_secs_f64(seconds);
        assert_eq!(
            [duration(of(5400.0)), duration(of(0.25)), duration(of(0.0)), duration(of(86_400.0))],
            ["1h30m", "250ms", "0s", "24h"]
        );
        assert_eq!([window(of(86_400.0 * 30.0)), window(of(300.0))], ["30d", "5m"]);
        assert_eq!([seconds(of(0.2)), seconds(of(5.0))], [1, 5]);
    }
}
