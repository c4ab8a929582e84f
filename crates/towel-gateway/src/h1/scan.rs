//! Finds the end of a message head, and refuses line ends that others might read differently.

/// What a buffer holds so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scan {
    /// The head ends before this position.
    Complete(usize),
    /// More bytes are needed; nothing before this position has to be looked at again.
    Partial(usize),
    /// A line ends without CR, or goes on in the next line.
    Malformed,
}

/// Looks for an empty line, starting at `from`, which an earlier call returned.
pub(crate) fn scan(buf: &[u8], from: usize) -> Scan {
    let mut at = from;
    while let Some(offset) = buf[at..].iter().position(|b| *b == b'\n') {
        let end = at + offset;
        if end == 0 || buf[end - 1] != b'\r' {
            return Scan::Malformed;
        }
        match &buf[end + 1..] {
            [b' ' | b'\t', ..] => return Scan::Malformed,
            [b'\r', b'\n', ..] => return Scan::Complete(end + 3),
            [b'\r'] | [] => return Scan::Partial(end - 1),
            _ => at = end + 1,
        }
    }
    Scan::Partial(buf.len().saturating_sub(1).max(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_found_however_the_bytes_arrive() {
        let head = b"GET / HTTP/1.1\r\nHost: a\r\n\r\nbody";
        for cut in 0..head.len() {
            let first = scan(&head[..cut], 0);
            let end = match first {
                Scan::Partial(from) => scan(head, from),
                done => done,
            };
            assert_eq!(end, Scan::Complete(27), "cut at {cut}: {first:?}");
        }
    }

    #[test]
    fn bare_line_feeds_and_folded_lines_are_malformed() {
        for head in
            ["GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", "\n", "GET /\r\nA: b\r\n\tc"]
        {
            assert_eq!(scan(head.as_bytes(), 0), Scan::Malformed, "{head:?}");
        }
    }
}
