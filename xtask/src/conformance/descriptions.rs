//! Where descriptions are found: example files, and YAML in the documents.

use crate::repository::Text;

/// What a fragment in a document is completed with.
const BASE: &str = include_str!("base.yaml");

/// A description and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Description {
    /// `docs/language.md:42`, or the file.
    pub(super) place: String,
    pub(super) text: String,
}

/// All of them.
pub(super) fn find(texts: &[Text]) -> Vec<Description> {
    texts.iter().flat_map(|text| if is_example(text) { whole(text) } else { blocks(text) }).collect()
}

fn is_example(text: &Text) -> bool {
    let yaml = text.path.ends_with(".yaml") || text.path.ends_with(".yml");
    yaml && text.path.starts_with("examples/") && keys(&text.text).any(|key| key == "towel")
}

fn whole(text: &Text) -> Vec<Description> {
    vec![Description { place: text.path.clone(), text: text.text.clone() }]
}

/// Blocks marked `yaml` in documents for users. Blocks marked otherwise, say `yaml bad`, are not looked at.
fn blocks(text: &Text) -> Vec<Description> {
    let document = text.path == "README.md" || (text.path.starts_with("docs/") && text.path.ends_with(".md"));
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in text.text.lines().enumerate().filter(|_| document) {
        match (&mut open, line.trim_end()) {
            (None, "```yaml") => open = Some((number + 1, String::new())),
            (None, _) => (),
            (Some(_), "```") => found.extend(open.take()),
            (Some((_, block)), line) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    let place = |line| format!("{}:{line}", text.path);
    found.into_iter().map(|(line, block)| Description { place: place(line), text: complete(&block) }).collect()
}

/// A whole description: what the fragment does not say itself comes from the base.
fn complete(fragment: &str) -> String {
    let given: Vec<&str> = keys(fragment).collect();
    if given.contains(&"towel") {
        return fragment.to_owned();
    }
    let mut text = fragment.to_owned();
    let mut missing = false;
    for line in BASE.lines() {
        if let Some(key) = key(line) {
            missing = !given.contains(&key);
        }
        if missing {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// The keys at the left edge.
fn keys(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(key)
}

fn key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once(':')?;
    let plain = key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    (plain && !key.is_empty() && !key.starts_with('-')).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find_in(path: &str, text: &str) -> Vec<Description> {
        find(&[Text { path: path.to_owned(), text: text.to_owned() }])
    }

    #[test]
    fn examples_are_found_by_what_they_say() {
        assert_eq!(find_in("examples/a/towel.yaml", "# a\ntowel: 1\n").len(), 1);
        assert!(find_in("examples/a/other.yaml", "name: a\n").is_empty());
    }

    #[test]
    fn a_fragment_is_completed_with_what_it_lacks() {
        let found = find_in("docs/a.md", "text\n```yaml\nname: mine\n```\n```yaml bad\nx\n```\n");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].place, "docs/a.md:2");
        let names: Vec<_> = found[0].text.lines().filter(|line| line.starts_with("name:")).collect();
        assert_eq!(names, ["name: mine"]);
        assert!(found[0].text.contains("\ntowel: 1\n") && found[0].text.contains("\nservices:\n"));
    }

    #[test]
    fn a_whole_description_is_left_alone() {
        assert_eq!(find_in("README.md", "```yaml\ntowel: 1\n```\n")[0].text, "towel: 1\n");
    }
}
