//! A table of text whose columns are as wide as their widest cell.

/// Rows under headings. Cells may hold colour codes; they do not count as width.
pub(crate) struct Columns {
    rows: Vec<Vec<String>>,
}

impl Columns {
    /// A table with these headings.
    pub(crate) fn new(headings: &[&str]) -> Self {
        Self { rows: vec![headings.iter().map(|heading| (*heading).to_owned()).collect()] }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The lines, headings first. The last column is not padded.
    pub(crate) fn lines(&self) -> Vec<String> {
        let widths = self.widths();
        self.rows.iter().map(|row| line(row, &widths)).collect()
    }

    fn widths(&self) -> Vec<usize> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width_of = |column: usize| self.rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max();
        (0..count).map(|column| width_of(column).unwrap_or(0)).collect()
    }
}

fn line(row: &[String], widths: &[usize]) -> String {
    let mut text = String::new();
    for (column, cell) in row.iter().enumerate() {
        text.push_str(cell);
        if column + 1 < row.len() {
            let padding = widths[column].saturating_sub(width(cell)) + 2;
            text.extend(std::iter::repeat_n(' ', padding));
        }
    }
    text.trim_end().to_owned()
}

/// Characters that are seen: escape sequences are not.
pub(crate) fn width(text: &str) -> usize {
    let mut seen = 0;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            // A colour code ends with its letter.
            for inside in characters.by_ref() {
                if inside.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            seen += 1;
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_does_not_count_as_width() {
        let mut columns = Columns::new(&["NAME", "STATE"]);
        columns.row(vec!["\u{1b}[32mapi\u{1b}[0m".to_owned(), "ready".to_owned()]);
        columns.row(vec!["worker".to_owned(), "-".to_owned()]);
        assert_eq!(columns.lines(), ["NAME    STATE", "\u{1b}[32mapi\u{1b}[0m     ready", "worker  -"]);
    }
}
