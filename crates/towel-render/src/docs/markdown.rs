//! Markdown from pieces: headings, paragraphs, lists, tables and code, with an empty line between them.

use crate::file::origin;

/// A page.
#[derive(Debug)]
pub(super) struct Page {
    text: String,
}

impl Page {
    /// A page with its title; `from` names the part of the file that it is about.
    pub(super) fn new(title: &str, from: &str) -> Self {
        let comment = origin("<!--", from);
        Self { text: format!("{} -->\n\n# {title}\n", comment.trim_end()) }
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.block(&format!("## {text}"));
    }

    pub(super) fn subheading(&mut self, text: &str) {
        self.block(&format!("### {text}"));
    }

    pub(super) fn paragraph(&mut self, text: impl AsRef<str>) {
        self.block(text.as_ref());
    }

    /// Nothing when there are no items.
    pub(super) fn list<T: AsRef<str>>(&mut self, items: impl IntoIterator<Item = T>) {
        let lines: Vec<String> = items.into_iter().map(|item| format!("- {}", item.as_ref())).collect();
        self.lines(&lines);
    }

    /// A table, when it has rows.
    pub(super) fn table(&mut self, heads: &[&str], rows: &[Vec<String>]) {
        if rows.is_empty() {
            return;
        }
        let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        let mut lines = vec![line(heads.iter().map(|head| (*head).to_owned()).collect())];
        lines.push(line(heads.iter().map(|_| "---".to_owned()).collect()));
        lines.extend(rows.iter().map(|row| line(row.iter().map(|text| cell(text)).collect())));
        self.lines(&lines);
    }

    pub(super) fn code(&mut self, language: &str, lines: &[String]) {
        if !lines.is_empty() {
            self.block(&fenced(language, lines, ""));
        }
    }

    /// Numbered steps, each with its commands.
    pub(super) fn steps(&mut self, steps: &[(String, Vec<String>)]) {
        let each = steps.iter().enumerate().map(|(place, (text, commands))| {
            let number = format!("{}. ", place + 1);
            let indent = " ".repeat(number.len());
            let code =
                if commands.is_empty() { String::new() } else { format!("\n\n{}", fenced("sh", commands, &indent)) };
            format!("{number}{text}{code}")
        });
        let each: Vec<String> = each.collect();
        if !each.is_empty() {
            self.block(&each.join("\n\n"));
        }
    }

    fn lines(&mut self, lines: &[String]) {
        if !lines.is_empty() {
            self.block(&lines.join("\n"));
        }
    }

    fn block(&mut self, text: &str) {
        if !text.is_empty() {
            self.text.push('\n');
            text.lines().for_each(|line| {
                self.text.push_str(line.trim_end());
                self.text.push('\n');
            });
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

fn fenced(language: &str, lines: &[String], indent: &str) -> String {
    let body: Vec<String> = lines.iter().flat_map(|line| line.lines()).map(|line| format!("{indent}{line}")).collect();
    format!("{indent}```{language}\n{}\n{indent}```", body.join("\n"))
}

/// A bar would end the cell, whatever stands around it.
fn cell(text: &str) -> String {
    let text = text.replace('|', "\\|").replace('\n', "<br>");
    if text.is_empty() { "–".to_owned() } else { text }
}

/// Text as it is, in the type of code.
pub(super) fn code(text: &str) -> String {
    let ticks = text.chars().fold((0_usize, 0_usize), |(run, most), letter| {
        let run = if letter == '`' { run + 1 } else { 0 };
        (run, most.max(run))
    });
    if text.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(ticks.1 + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// What a person wrote, so that nothing in it is taken for Markdown or HTML.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<') {
            out.push('\\');
        }
        out.push(if letter == '\n' { ' ' } else { letter });
    }
    out
}
