//! Puts spans of time, signals and ends of processes in words.

use std::time::Duration;

use nix::sys::signal::Signal;

use super::shimmed::Outcome;

/// `400ms`, `2s`, `1.5s`, `2m`, `1m30s`: the way `towel.yaml` writes them.
pub(crate) fn span(span: Duration) -> String {
    let milliseconds = span.as_millis();
    match milliseconds {
        0..1000 => format!("{milliseconds}ms"),
        1000..60_000 if milliseconds.is_multiple_of(1000) => format!("{}s", milliseconds / 1000),
        1000..10_000 => format!("{:.1}s", span.as_secs_f64()),
        10_000..60_000 => format!("{}s", span.as_secs()),
        _ => {
            let (minutes, seconds) = (span.as_secs() / 60, span.as_secs() % 60);
            if seconds == 0 { format!("{minutes}m") } else { format!("{minutes}m{seconds}s") }
        }
    }
}

/// `ended with 1`, `was killed by SIGKILL (9)`.
pub(crate) fn outcome(outcome: Outcome) -> String {
    let ended = match outcome {
        Outcome::ShimKilled => return "was killed together with its shim".to_owned(),
        Outcome::Told(ended) => ended,
    };
    if ended.out_of_memory {
        return "used more memory than its limit and was killed by the kernel".to_owned();
    }
    match (ended.code, ended.signal) {
        (Some(0), _) => "ended by itself with 0 (a service has to stay in the foreground)".to_owned(),
        (Some(code), _) => format!("ended with {code}"),
        (None, Some(number)) => match Signal::try_from(number) {
            Ok(signal) => format!("was killed by {signal} ({number})"),
            Err(_) => format!("was killed by signal {number}"),
        },
        (None, None) => "ended".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_as_in_the_language() {
        let shown = [400, 2000, 1500, 12_345, 60_000, 90_000].map(|ms| span(Duration::from_millis(ms)));
        assert_eq!(shown, ["400ms", "2s", "1.5s", "12s", "1m", "1m30s"]);
    }
}
