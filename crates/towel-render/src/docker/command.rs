//! The command of an image, from what `run` says about this machine.

use towel_model::{Part, Service, Template};

use crate::words::words;

/// `run` as words, when it is the same everywhere.
pub(super) fn literal(service: &Service) -> Option<Vec<String>> {
    let run = service.run.as_ref()?;
    let words: Option<Vec<String>> = words(run).iter().map(text).collect();
    words.filter(|words| !words.is_empty())
}

/// The words of any command that is the same everywhere.
pub(super) fn literal_words(command: &Template) -> Option<Vec<String>> {
    words(command).iter().map(text).collect()
}

/// The program that `run` starts, without the folder in which this machine has it, and its arguments:
/// `api` and `--verbose` of `./releases/${version}/api --verbose`. The service's own name when there is no `run`.
pub(super) fn program(service: &Service) -> (String, Vec<String>) {
    let words = service.run.as_ref().map(|run| words(run)).unwrap_or_default();
    let Some((first, rest)) = words.split_first() else { return (service.name.to_string(), Vec::new()) };
    let arguments: Option<Vec<String>> = rest.iter().map(text).collect();
    let file = match first.parts.last() {
        Some(Part::Text(text)) => text.rsplit('/').next().unwrap_or_default(),
        _ => "",
    };
    let name = if is_file_name(file) { file.to_owned() } else { service.name.to_string() };
    (name, arguments.unwrap_or_default())
}

fn text(word: &Template) -> Option<String> {
    word.fill(|_| Err(())).ok()
}

fn is_file_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('.')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}
