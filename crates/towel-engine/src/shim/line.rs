//! The format of a log file: `TIMESTAMP SPACE TEXT` per line, the timestamp in UTC with microseconds.

use jiff::Timestamp;

/// Longest text of one line; what is beyond is cut, and the line says so.
pub(crate) const LONGEST: usize = 16 * 1024;

/// One line of a service's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogLine {
    /// When the shim read it.
    pub(crate) at: Timestamp,
    /// What the service wrote.
    pub(crate) text: String,
}

/// The line as it stands in the file, with its newline.
pub(crate) fn write_line(at: &str, text: &[u8], cut: usize, to: &mut Vec<u8>) {
    to.extend_from_slice(at.as_bytes());
    to.push(b' ');
    to.extend_from_slice(text.strip_suffix(b"\r").unwrap_or(text));
    if cut > 0 {
        to.extend_from_slice(format!(" … ({cut} bytes cut by towel)").as_bytes());
    }
    to.push(b'\n');
}

/// The timestamp that goes before a line.
pub(crate) fn stamp(at: Timestamp) -> String {
    format!("{at:.6}")
}

/// Reads a line of a log file; text that is not UTF-8 is shown with `�`, a line without a time (torn by a
/// full disk) is left out.
pub(crate) fn parse_line(line: &[u8]) -> Option<LogLine> {
    let line = String::from_utf8_lossy(line);
    let (at, text) = line.trim_end_matches('\n').split_once(' ')?;
    Some(LogLine { at: at.parse().ok()?, text: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let at: Timestamp = "2026-11-21T05:30:23.123456Z".parse().unwrap();
        let mut file = Vec::new();
        write_line(&stamp(at), b"hello  world ", 0, &mut file);
        assert_eq!(String::from_utf8_lossy(&file), "2026-11-21T05:30:23.123456Z hello  world \n");
        assert_eq!(parse_line(&file), Some(LogLine { at, text: "hello  world ".to_owned() }));
    }

    #[test]
    fn a_cut_line_says_how_much_is_missing() {
        let mut file = Vec::new();
        write_line("T", b"abc", 7, &mut file);
        assert_eq!(String::from_utf8_lossy(&file), "T abc … (7 bytes cut by towel)\n");
    }

    #[test]
    fn a_torn_line_is_left_out() {
        assert_eq!(parse_line(b"3456Z half"), None);
    }
}
