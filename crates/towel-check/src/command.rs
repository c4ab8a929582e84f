//! Commands of a stack, split into words as they are before they are run without a shell.

use towel_model::{Ask, Service};
use towel_source::Span;

/// A command and where it stands.
pub(crate) struct Command<'a> {
    pub(crate) text: &'a str,
    pub(crate) span: Span,
}

/// Every command of a service.
pub(crate) fn of_service(service: &Service) -> Vec<Command<'_>> {
    let hooks = service.rollout.before.iter().map(|hook| &hook.run);
    let own = service.run.iter().chain(hooks).map(|run| Command { text: &run.text, span: run.span });
    let probes =
        [&service.health.live, &service.health.ready].into_iter().flatten().filter_map(|probe| match &probe.ask {
            Ask::Run(command) => Some(Command { text: &command.text, span: probe.span }),
            Ask::Http(_) | Ask::Tcp => None,
        });
    own.chain(probes).collect()
}

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    /// Whether quotes or backslashes made it what it is, so that a shell would not look into it.
    pub(crate) quoted: bool,
}

/// The words of a command line.
pub(crate) fn words(line: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut quote: Option<char> = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let started = |word: &mut Option<Word>| word.take().unwrap_or(Word { text: String::new(), quoted: false });
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (None, '\'' | '"') => {
                word = Some(Word { quoted: true, ..started(&mut word) });
                quote = Some(letter);
            }
            (None, '\\') => {
                let mut begun = Word { quoted: true, ..started(&mut word) };
                begun.text.extend(letters.next());
                word = Some(begun);
            }
            (None, letter) if letter.is_whitespace() => words.extend(word.take()),
            (_, letter) => {
                let mut begun = started(&mut word);
                begun.text.push(letter);
                word = Some(begun);
            }
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_words_together() {
        let split = |line: &str| words(line).into_iter().map(|word| word.text).collect::<Vec<_>>();
        assert_eq!(split("node  -e 'a && b'"), ["node", "-e", "a && b"]);
        assert_eq!(split("echo a\\ b \"\" c"), ["echo", "a b", "", "c"]);
        assert!(words("'&&'")[0].quoted && !words("&&")[0].quoted);
        assert!(words("").is_empty());
    }
}
