//! The files of one run: their names, their text, and where a byte of it stands.

use crate::{Diagnostic, FileId, Span};

/// Largest text that is parsed. A file above it is refused instead of filling memory.
pub const MAX_TEXT_BYTES: usize = 64 << 20;

/// The files of one run.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// No files yet.
    pub const fn new() -> Self {
        Self { files: Vec::new() }
    }

    /// Adds a file. `name` is shown to people; it is not opened.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).expect("fewer than 2³² files are read in one run"));
        self.files.push(Source::new(id, name.into(), text.into()));
        id
    }

    /// Adds a file as it was read. Bytes that are not UTF-8 are replaced and reported.
    pub fn add_bytes(&mut self, name: impl Into<String>, bytes: Vec<u8>) -> (FileId, Option<Diagnostic>) {
        match String::from_utf8(bytes) {
            Ok(text) => (self.add(name, text), None),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let bytes = error.into_bytes();
                let file = self.add(name, String::from_utf8_lossy(&bytes));
                (file, Some(not_utf8(file, at, &bytes)))
            }
        }
    }

    /// The file that `add` gave this id; none for an id of other sources.
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// All files, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.files.iter()
    }

    /// The text of a span; empty when it lies outside its file.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).map_or("", |source| source.slice(span))
    }
}

fn not_utf8(file: FileId, at: usize, bytes: &[u8]) -> Diagnostic {
    let at = u32::try_from(at).unwrap_or(u32::MAX);
    let found = Diagnostic::error("not-utf8", "this file is not UTF-8 text")
        .at(Span::new(file, at, at.saturating_add(1)), "the first byte that is not UTF-8");
    match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => found.help("it looks like UTF-16: save it as UTF-8"),
        _ => found.help("save it as UTF-8"),
    }
}

/// A file: its name and its text.
#[derive(Debug, Clone)]
pub struct Source {
    id: FileId,
    name: String,
    text: String,
    line_starts: Vec<u32>,
}

/// A place as people say it. Both start at 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Source {
    fn new(id: FileId, name: String, text: String) -> Self {
        let mut line_starts = vec![0];
        for (at, byte) in text.bytes().enumerate().take(u32::MAX as usize) {
            if byte == b'\n' {
                line_starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
        }
        Self { id, name, text, line_starts }
    }

    /// Its id among its sources.
    pub const fn id(&self) -> FileId {
        self.id
    }

    /// Its name, as shown to people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many lines it has; an empty file has one.
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// Where a byte stands. An offset past the end is the end; one inside a character is its start.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_starts.partition_point(|start| *start <= offset) - 1;
        let start = self.line_starts[line] as usize;
        let end = self.floor(offset as usize).max(start);
        let before = &self.text[start..end];
        // A byte-order mark is not a column that anybody sees.
        let before = before.strip_prefix('\u{FEFF}').unwrap_or(before);
        Position { line: line + 1, column: before.chars().count() + 1 }
    }

    /// The line of that number (from 1), without its end; none past the last.
    pub fn line(&self, number: usize) -> Option<&str> {
        let start = *self.line_starts.get(number.checked_sub(1)?)? as usize;
        let end = self.line_starts.get(number).map_or(self.text.len(), |next| *next as usize);
        let line = &self.text[start..end];
        let line = line.strip_suffix('\n').unwrap_or(line);
        Some(line.strip_suffix('\r').unwrap_or(line))
    }

    /// The text of a span; empty when it lies outside.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The whole text.
    pub fn span(&self) -> Span {
        Span::new(self.id, 0, u32::try_from(self.text.len()).unwrap_or(u32::MAX))
    }

    fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(text: &str, offset: u32) -> (usize, usize) {
        let mut sources = Sources::new();
        let file = sources.add("towel.yaml", text);
        let position = sources.get(file).unwrap().position(offset);
        (position.line, position.column)
    }

    #[test]
    fn columns_count_characters_and_start_at_one() {
        assert_eq!(position("", 0), (1, 1));
        assert_eq!(position("é: x\nab", 3), (1, 3));
        assert_eq!(position("é: x\nab", 6), (2, 1));
        assert_eq!(position("a\r\nb", 3), (2, 1));
        assert_eq!(position("\u{FEFF}a: 1", 3), (1, 1));
    }

    #[test]
    fn an_offset_past_the_end_or_inside_a_character_is_moved_back() {
        assert_eq!(position("ab", 900), (1, 3));
        assert_eq!(position("aé", 2), (1, 2));
    }

    #[test]
    fn lines_come_without_their_ends() {
        let mut sources = Sources::new();
        let file = sources.add("towel.yaml", "one\r\ntwo\n");
        let source = sources.get(file).unwrap();
        assert_eq!(source.line(1), Some("one"));
        assert_eq!(source.line(2), Some("two"));
        assert_eq!(source.line(3), Some(""));
        assert_eq!(source.line(4), None);
        assert_eq!(source.line(0), None);
    }

    #[test]
    fn utf16_is_named_in_the_help() {
        let mut sources = Sources::new();
        let (_, found) = sources.add_bytes("towel.yaml", vec![0xFF, 0xFE, b'a', 0]);
        assert_eq!(found.unwrap().help, ["it looks like UTF-16: save it as UTF-8"]);
    }
}
