//! Takes what differs from run to run out of a program's output, so that the rest can be compared.

/// Replaces times, paths, ports and process ids by their names in brackets.
#[derive(Debug, Clone, Default)]
pub struct Scrubber {
    known: Vec<(String, String)>,
}

impl Scrubber {
    /// Scrubs times (`[time]`, `[date]`), durations (`[duration]`), ports of `127.0.0.1` and `localhost` (`[port]`) and
    /// process ids (`[pid]`).
    pub fn new() -> Self {
        Self::default()
    }

    /// Scrubs this text too, e.g. a folder. Longer texts are replaced before shorter ones.
    pub fn replace(mut self, text: impl Into<String>, by: impl Into<String>) -> Self {
        self.known.push((text.into(), by.into()));
        self.known.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        self
    }

    /// The text without what differs.
    pub fn scrub(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (known, by) in &self.known {
            text = text.replace(known, by);
        }
        let mut scrubbed = String::with_capacity(text.len());
        for word in words(&text) {
            scrub_word(word, &mut scrubbed);
        }
        scrubbed
    }
}

/// Splits into runs without white space and the white space between them; joined, they are the text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let white = rest.chars().next()?.is_whitespace();
        let end = rest.find(|c: char| c.is_whitespace() != white).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

/// Scans a word for places where something begins that differs from run to run.
fn scrub_word(word: &str, into: &mut String) {
    let mut at = 0;
    let mut before = None;
    while let Some(next) = word[at..].chars().next() {
        let found = if before.is_some_and(char::is_alphanumeric) { None } else { recognise(&word[at..]) };
        if let Some((length, kept, name)) = found {
            into.push_str(&word[at..at + kept]);
            into.push_str(name);
            at += length;
            before = Some(']');
        } else {
            into.push(next);
            at += next.len_utf8();
            before = Some(next);
        }
    }
}

/// What begins here: its length, how much of its beginning is kept, and the name that replaces the rest.
fn recognise(text: &str) -> Option<(usize, usize, &'static str)> {
    port(text).or_else(|| pid(text)).or_else(|| moment(text)).or_else(|| duration(text))
}

fn port(text: &str) -> Option<(usize, usize, &'static str)> {
    let host = ["127.0.0.1:", "localhost:", "[::1]:"].into_iter().find(|host| text.starts_with(host))?;
    let digits = digits(&text[host.len()..]);
    (digits > 0).then_some((host.len() + digits, host.len(), "[port]"))
}

fn pid(text: &str) -> Option<(usize, usize, &'static str)> {
    let label = ["pid=", "pid:", "\"pid\":"].into_iter().find(|label| text.starts_with(label))?;
    let digits = digits(&text[label.len()..]);
    (digits > 0).then_some((label.len() + digits, label.len(), "[pid]"))
}

/// `2026-11-21T05:31:02.123Z`, `2026-11-21`, `05:31:02`.
fn moment(text: &str) -> Option<(usize, usize, &'static str)> {
    let date = matches(text, "dddd-dd-dd").then_some(10);
    let clock_at = match date {
        Some(date) if matches(&text[date..], "Tdd:dd:dd") => date + 1,
        Some(date) => return ends(&text[date..]).then_some((date, 0, "[date]")),
        None => 0,
    };
    let clock = &text[clock_at..];
    if !matches(clock, "dd:dd:dd") {
        return None;
    }
    let mut length = clock_at + 8 + fraction(&clock[8..]);
    let zone = &text[length..];
    if zone.starts_with('Z') {
        length += 1;
    } else if matches(zone, "+dd:dd") || matches(zone, "-dd:dd") {
        length += 6;
    }
    ends(&text[length..]).then_some((length, 0, "[time]"))
}

/// `12ms`, `3.2s`, `1m5s`; also one that a person wrote, which looks the same.
fn duration(text: &str) -> Option<(usize, usize, &'static str)> {
    let mut length = 0;
    loop {
        let number = digits(&text[length..]);
        if number == 0 {
            break;
        }
        let after = length + number + fraction(&text[length + number..]);
        let unit = ["ms", "µs", "ns", "s", "m", "h"].into_iter().find(|unit| text[after..].starts_with(unit))?;
        length = after + unit.len();
    }
    (length > 0 && ends(&text[length..])).then_some((length, 0, "[duration]"))
}

fn fraction(text: &str) -> usize {
    match text.strip_prefix('.').map(digits) {
        Some(count) if count > 0 => count + 1,
        _none => 0,
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn ends(text: &str) -> bool {
    !text.starts_with(char::is_alphanumeric)
}

/// Whether the text begins like the pattern, in which `d` is a digit.
fn matches(text: &str, pattern: &str) -> bool {
    let fits = |(byte, wanted): (u8, u8)| if wanted == b'd' { byte.is_ascii_digit() } else { byte == wanted };
    text.len() >= pattern.len() && text.bytes().zip(pattern.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(Scrubber::new().replace("/tmp/x1", "[project]").scrub(text), expected);
    }

    #[test]
    fn times_dates_and_durations_get_names() {
        check("at 2026-11-21T05:31:02.123Z, took 3.2s", "at [time], took [duration]");
        check("2026-11-21T05:31:02+01:00|2026-11-21", "[time]|[date]");
        check("05:31:02 (12ms) 1m5s", "[time] ([duration]) [duration]");
    }

    #[test]
    fn ports_and_process_ids_get_names() {
        check("http://127.0.0.1:4711/ pid=12 {\"pid\":12}", "http://127.0.0.1:[port]/ pid=[pid] {\"pid\":[pid]}");
        check("api.localhost:8080", "api.localhost:[port]");
    }

    #[test]
    fn known_texts_get_their_names() {
        check("in /tmp/x1/logs", "in [project]/logs");
    }

    #[test]
    fn what_is_the_same_in_every_run_stays() {
        for text in
            ["v1.2s3 api-r3-1 10% 50% 5xx 3 of 4\n  towel.yaml:14:11\n", "1m2", "8080", "sha256:0a1s", "ümlaut 12:30"]
        {
            check(text, text);
        }
    }
}
