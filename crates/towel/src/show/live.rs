//! A few lines at the bottom of the terminal that are painted again; in a log, only what is final.

use std::io::Write;

use super::Terminal;
use super::columns::width;

/// Lines for good, and below them lines that change.
pub(crate) struct Live {
    terminal: Terminal,
    painted: usize,
}

impl Live {
    /// On standard output.
    pub(crate) fn new(terminal: Terminal) -> Self {
        Self { terminal, painted: 0 }
    }

    /// Writes a line that stays.
    pub(crate) fn say(&mut self, line: &str) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        self.wipe(&mut out)?;
        writeln!(out, "{line}")?;
        out.flush()
    }

    /// Paints the lines where somebody watches; writes them one below the other where nobody does.
    pub(crate) fn show(&mut self, lines: &[String]) -> std::io::Result<()> {
        if self.terminal.live { self.paint(lines) } else { lines.iter().try_for_each(|line| self.say(line)) }
    }

    /// Paints the changing lines; nothing where nobody watches.
    pub(crate) fn paint(&mut self, lines: &[String]) -> std::io::Result<()> {
        if !self.terminal.live {
            return Ok(());
        }
        let mut out = std::io::stdout().lock();
        self.wipe(&mut out)?;
        let columns = columns();
        for line in lines {
            writeln!(out, "{}", cut(line, columns))?;
        }
        self.painted = lines.len();
        out.flush()
    }

    /// Removes the changing lines.
    pub(crate) fn clear(&mut self) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        self.wipe(&mut out)?;
        out.flush()
    }

    fn wipe(&mut self, out: &mut impl Write) -> std::io::Result<()> {
        if self.painted > 0 {
            // Up to the first changing line, and clear from there to the end of the screen.
            write!(out, "\u{1b}[{}A\u{1b}[J", self.painted)?;
            self.painted = 0;
        }
        Ok(())
    }
}

/// A line that wraps would take two rows, and the next painting would go up too few.
fn cut(line: &str, columns: usize) -> String {
    if width(line) <= columns {
        return line.to_owned();
    }
    let mut kept = String::new();
    let mut seen = 0;
    let mut inside_code = false;
    for character in line.chars() {
        inside_code |= character == '\u{1b}';
        if !inside_code {
            seen += 1;
            if seen >= columns {
                break;
            }
        }
        kept.push(character);
        inside_code &= !(character.is_ascii_alphabetic() && inside_code);
    }
    kept.push_str("\u{1b}[0m…");
    kept
}

/// The terminal's width; 80 when it does not tell.
fn columns() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    told.or_else(asked_width).unwrap_or(80)
}

fn asked_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_by_what_is_seen_of_it() {
        assert_eq!(cut("short", 80), "short");
        assert_eq!(cut("\u{1b}[32mabcdef\u{1b}[0m", 4), "\u{1b}[32mabc\u{1b}[0m…");
    }
}
