//! Durations, sizes and cores in the notations of others.

/// `1m30s`, `500ms`: as it is when towel reads it too. Zero and parts of a millisecond are none.
pub(crate) fn duration(text: &str) -> Option<String> {
    let text = text.trim();
    let mut rest = text;
    let mut milliseconds = 0.0;
    let mut longest = f64::INFINITY;
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let count: f64 = rest[..digits].parse().ok()?;
        let letters = rest[digits..].find(|letter: char| !letter.is_alphabetic()).map_or(rest.len(), |at| digits + at);
        let unit = match &rest[digits..letters] {
            "d" => 86_400_000.0,
            "h" => 3_600_000.0,
            "m" => 60_000.0,
            "s" => 1_000.0,
            "ms" => 1.0,
            _ => return None,
        };
        if unit >= longest {
            return None;
        }
        longest = unit;
        milliseconds += count * unit;
        rest = &rest[letters..];
    }
    // A hundred years are the longest that towel reads.
    (1.0..=3.15e12).contains(&milliseconds).then(|| text.to_owned())
}

/// A number of seconds, written as one.
pub(crate) fn seconds(text: &str) -> Option<String> {
    match text.trim().parse::<f64>() {
        Ok(count) if (0.001..=3.15e9).contains(&count) => Some(format!("{count}s")),
        Ok(_) => None,
        Err(_) => duration(text),
    }
}

/// `512m`, `1gb`, `512Mi`, `1073741824`. With one letter (or `b` after it), Docker's units are powers of 1024.
pub(crate) fn bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let count: f64 = text[..digits].parse().ok()?;
    let unit = text[digits..].trim().to_lowercase();
    let power = match unit.as_str() {
        "" | "b" => 0,
        "k" | "kb" | "ki" | "kib" => 1,
        "m" | "mb" | "mi" | "mib" => 2,
        "g" | "gb" | "gi" | "gib" => 3,
        "t" | "tb" | "ti" | "tib" => 4,
        _ => return None,
    };
    let total = count * 1024_f64.powi(power);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked beside it")]
    (1.0..1e18).contains(&total).then_some(total as u64)
}

/// `0.5`, `2`, `250m` as thousandths of a core.
pub(crate) fn cores(text: &str) -> Option<u64> {
    let text = text.trim();
    let (number, factor) = text.strip_suffix('m').map_or((text, 1000.0), |number| (number, 1.0));
    let total = number.parse::<f64>().ok()? * factor;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked beside it")]
    (1.0..1e9).contains(&total).then_some(total.round() as u64)
}

/// From request to limit; one value when they are the same, or the request is above the limit.
pub(crate) fn memory_range(request: Option<u64>, limit: Option<u64>) -> Option<String> {
    range(request, limit, memory)
}

/// From request to limit, in cores.
pub(crate) fn processor_range(request: Option<u64>, limit: Option<u64>) -> Option<String> {
    range(request, limit, processor)
}

fn range(request: Option<u64>, limit: Option<u64>, shown: fn(u64) -> String) -> Option<String> {
    match (request, limit) {
        (Some(request), Some(limit)) if request < limit => Some(format!("{}..{}", shown(request), shown(limit))),
        (_, Some(one)) | (Some(one), None) => Some(shown(one)),
        (None, None) => None,
    }
}

fn memory(bytes: u64) -> String {
    let units = [("Gi", 1_u64 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)];
    let fits = units.iter().find(|(_, unit)| bytes.is_multiple_of(*unit) && bytes >= *unit);
    match fits {
        Some((name, unit)) => format!("{}{name}", bytes / unit),
        None => format!("{}Ki", bytes.div_ceil(1 << 10)),
    }
}

fn processor(thousandths: u64) -> String {
    if thousandths.is_multiple_of(1000) { (thousandths / 1000).to_string() } else { format!("{thousandths}m") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_come_over_in_towels_notation() {
        assert_eq!(duration("1m30s").as_deref(), Some("1m30s"));
        assert_eq!(duration("0s"), None);
        assert_eq!(duration("10us"), None);
        assert_eq!(duration("30"), None);
        assert_eq!(seconds("30").as_deref(), Some("30s"));
        assert_eq!(seconds("2.5").as_deref(), Some("2.5s"));
        let memory = |request, limit| memory_range(bytes(request), bytes(limit));
        assert_eq!(memory("128M", "1g").as_deref(), Some("128Mi..1Gi"));
        assert_eq!(memory("2g", "512mb").as_deref(), Some("512Mi"));
        assert_eq!(memory("", "1000").as_deref(), Some("1Ki"));
        assert_eq!(processor_range(cores("0.25"), cores("2")).as_deref(), Some("250m..2"));
        assert_eq!(cores("none"), None);
    }
}
