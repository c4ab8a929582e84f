//! A rule's page, taken apart.

use std::collections::BTreeSet;

/// A line, a severity and a code: what a page promises and what the rules find.
pub(crate) type Marks = BTreeSet<(usize, String, String)>;

/// A fenced block of YAML.
pub(crate) struct Block {
    /// `bad` or `good`.
    pub(crate) kind: String,
    /// The YAML.
    pub(crate) text: String,
}

/// The YAML blocks of a page, in order.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let kind = info.strip_prefix("yaml ").unwrap_or_else(|| panic!("a fence with `{info}`"));
                open = Some(Block { kind: kind.to_owned(), text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is never closed");
    blocks
}

/// What the comments `# error: [code]` and `# warning: [code]` promise, by line.
pub(crate) fn promised(text: &str) -> Marks {
    let mut marks = Marks::new();
    for (number, line) in text.lines().enumerate() {
        for severity in ["error", "warning"] {
            let Some((_, codes)) = line.split_once(&format!("# {severity}: [")) else { continue };
            let codes = codes.strip_suffix(']').unwrap_or_else(|| panic!("no `]` ends the line `{line}`"));
            marks.extend(codes.split(", ").map(|code| (number + 1, severity.to_owned(), code.to_owned())));
        }
    }
    marks
}
