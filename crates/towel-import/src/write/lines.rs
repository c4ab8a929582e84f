//! Lines with their comments beside them, aligned block by block.

/// Comments of a block begin at one column, unless a line is longer than this.
const WIDEST: usize = 58;

/// Lines that are being written.
#[derive(Default)]
pub(super) struct Lines {
    done: String,
    block: Vec<(String, Option<String>)>,
}

impl Lines {
    /// A line and the comment beside it.
    pub(super) fn line(&mut self, depth: usize, text: impl AsRef<str>, note: Option<&str>) {
        let text = text.as_ref();
        let note = note.map(in_a_comment);
        self.block.push((format!("{:1$}{text}", "", depth * 2), note));
    }

    /// A comment on a line of its own.
    pub(super) fn comment(&mut self, depth: usize, text: &str) {
        for line in text.lines().map(in_a_comment) {
            self.block.push((format!("{:1$}# {line}", "", depth * 2).trim_end().to_owned(), None));
        }
    }

    /// Ends a block; an empty line follows.
    pub(super) fn end(&mut self) {
        self.align();
        if !self.done.is_empty() && !self.done.ends_with("\n\n") {
            self.done.push('\n');
        }
    }

    /// The text.
    pub(super) fn finish(mut self) -> String {
        self.align();
        let end = self.done.trim_end().len();
        self.done.truncate(end);
        self.done.push('\n');
        self.done
    }

    fn align(&mut self) {
        let width = |text: &str| text.chars().count();
        let noted = self.block.iter().filter(|(_, note)| note.is_some()).map(|(text, _)| width(text));
        let column = noted.filter(|width| *width <= WIDEST).max().unwrap_or(0) + 2;
        for (text, note) in self.block.drain(..) {
            match note {
                Some(note) => {
                    let gap = column.saturating_sub(width(&text)).max(2);
                    self.done.push_str(&format!("{text}{:gap$}# {note}\n", ""));
                }
                None => {
                    self.done.push_str(&text);
                    self.done.push('\n');
                }
            }
        }
    }
}

/// Comments hold what others wrote, but nothing that ends a line or is no text in YAML.
fn in_a_comment(text: &str) -> String {
    let odd = |letter: char| {
        letter.is_control() || matches!(letter, '\u{FEFF}' | '\u{2028}' | '\u{2029}' | '\u{FFFE}' | '\u{FFFF}')
    };
    text.chars().map(|letter| if odd(letter) { ' ' } else { letter }).collect()
}
