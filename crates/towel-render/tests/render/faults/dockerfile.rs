//! Dockerfiles as stages of instructions.

/// One stage.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Stage {
    /// The image or the stage that it begins from.
    pub(super) base: String,
    pub(super) name: String,
    /// Keyword and the rest, with its lines joined.
    pub(super) instructions: Vec<(String, String)>,
}

/// The stages of a Dockerfile.
pub(super) fn stages(text: &str) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    for line in logical_lines(text) {
        let (keyword, rest) = line.split_once(char::is_whitespace).unwrap_or((&line, ""));
        let (keyword, rest) = (keyword.to_ascii_uppercase(), rest.trim().to_owned());
        if keyword == "FROM" {
            let words: Vec<&str> = rest.split_whitespace().filter(|word| !word.starts_with("--")).collect();
            let name = words.get(2).map(|name| (*name).to_owned()).unwrap_or_default();
            stages.push(Stage {
                base: words.first().map(|it| (*it).to_owned()).unwrap_or_default(),
                name,
                instructions: Vec::new(),
            });
        } else if let Some(stage) = stages.last_mut() {
            stage.instructions.push((keyword, rest));
        }
    }
    stages
}

/// The stages that a stage is built from, itself first.
pub(super) fn lineage<'s>(stages: &'s [Stage], stage: &'s Stage) -> Vec<&'s Stage> {
    let mut found = vec![stage];
    while let Some(parent) =
        stages.iter().find(|it| found.last().is_some_and(|last| it.name == last.base && !it.name.is_empty()))
    {
        if found.iter().any(|known| std::ptr::eq(*known, parent)) {
            break;
        }
        found.push(parent);
    }
    found
}

/// Lines with their continuations, without comments; what stands in a here-document belongs to its line.
fn logical_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open = String::new();
    let mut physical = text.lines();
    while let Some(line) = physical.next() {
        let line = line.trim();
        if line.starts_with('#') || (line.is_empty() && open.is_empty()) {
            continue;
        }
        if let Some(more) = line.strip_suffix('\\') {
            open.push_str(more.trim_end());
            open.push(' ');
            continue;
        }
        open.push_str(line);
        if let Some((_, mark)) = open.clone().split_once("<<") {
            let mark = mark.trim_start_matches(['-', '"', '\'']);
            let mark: String = mark.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect();
            for inner in physical.by_ref().take_while(|inner| inner.trim() != mark) {
                open.push('\n');
                open.push_str(inner);
            }
        }
        lines.push(std::mem::take(&mut open));
    }
    lines
}

#[test]
fn continuations_and_here_documents_belong_to_their_line() {
    let stages = stages(
        "# a\nFROM a:1 AS build\nRUN one \\\n  # why\n  two\nCOPY <<EOF /x\nFROM inner\nEOF\nFROM build\nCMD [\"a\"]\n",
    );
    assert_eq!(stages.len(), 2);
    assert_eq!(stages[0].instructions[0], ("RUN".to_owned(), "one two".to_owned()));
    assert_eq!(lineage(&stages, &stages[1]).len(), 2);
}
