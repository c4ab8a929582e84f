//! Durations, sizes and shares of processors, as the tools write them.

/// Seconds of `90s`, `1m30s`, `500ms`, `2d`; a number alone is seconds.
pub(super) fn seconds(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let mut rest = text;
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        let end = rest[digits..].find(|letter: char| letter.is_ascii_digit()).map_or(rest.len(), |end| digits + end);
        total += number * unit(&rest[digits..end])?;
        rest = &rest[end..];
    }
    (!text.is_empty()).then_some(total)
}

fn unit(name: &str) -> Option<f64> {
    Some(match name {
        "us" | "µs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        "w" => 7.0 * 86_400.0,
        "y" => 365.0 * 86_400.0,
        _ => return None,
    })
}

/// Bytes of `512Mi`, `1Gi`, `10G`, `512m` as Docker says it, `268435456`.
pub(super) fn bytes(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok()?;
    let factor = match &text[digits..] {
        "" | "b" | "B" => 1.0,
        "k" | "K" | "Ki" | "kb" | "KiB" => 1024.0,
        "m" | "M" | "Mi" | "mb" | "MiB" => 1_048_576.0,
        "g" | "G" | "Gi" | "gb" | "GiB" => 1_073_741_824.0,
        "t" | "T" | "Ti" | "tb" | "TiB" => 1_099_511_627_776.0,
        _ => return None,
    };
    Some(number * factor)
}

/// How many of `whole` are meant by `3` or `25%`; Kubernetes rounds what may be missing down and what may be added up.
pub(super) fn share(value: &serde_json::Value, whole: f64, upwards: bool) -> Option<f64> {
    let text = value.as_str().unwrap_or_default();
    let Some(percent) = text.strip_suffix('%') else { return value.as_f64().or_else(|| text.parse().ok()) };
    let exact = percent.trim().parse::<f64>().ok()? / 100.0 * whole;
    Some(if upwards { exact.ceil() } else { exact.floor() })
}

#[test]
fn units_are_read() {
    assert_eq!(seconds("1m30s"), Some(90.0));
    assert_eq!(seconds("500ms"), Some(0.5));
    assert_eq!(seconds("soon"), None);
    assert_eq!(bytes("512Mi"), Some(536_870_912.0));
    assert_eq!(share(&"50%".into(), 3.0, false), Some(1.0));
}
