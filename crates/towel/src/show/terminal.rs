//! What the other end of our output is, and colour for it.

use std::io::IsTerminal;

/// Where output goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    /// Whether a person watches: a region may be painted again.
    pub(crate) live: bool,
    /// Whether colour is welcome.
    pub(crate) colour: bool,
}

impl Terminal {
    /// Standard output, as `NO_COLOR` and `TERM` have it.
    pub(crate) fn of_output() -> Self {
        Self::new(std::io::stdout().is_terminal())
    }

    /// Standard error.
    pub(crate) fn of_errors() -> Self {
        Self::new(std::io::stderr().is_terminal())
    }

    fn new(terminal: bool) -> Self {
        let variable = |name| std::env::var_os(name).unwrap_or_default();
        let capable = terminal && variable("TERM") != "dumb";
        Self { live: capable, colour: capable && variable("NO_COLOR").is_empty() }
    }

    /// `text` in colour, if colour is welcome.
    pub(crate) fn paint(self, paint: Paint, text: &str) -> String {
        if self.colour { format!("\u{1b}[{}m{text}\u{1b}[0m", paint as u8) } else { text.to_owned() }
    }
}

/// A colour, as its ANSI number. Nothing needs it to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Paint {
    /// As everything else.
    Plain = 0,
    /// Headings.
    Bold = 1,
    /// What matters less.
    Dim = 2,
    /// Failed.
    Red = 31,
    /// Well.
    Green = 32,
    /// Under way, or worth a look.
    Yellow = 33,
    /// To tell sources apart.
    Magenta = 35,
    /// To tell sources apart.
    Cyan = 36,
}
