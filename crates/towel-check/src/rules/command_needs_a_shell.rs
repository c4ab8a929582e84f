//! A command is written for a shell, and none runs it.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::command::{Word, of_service, words};
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("command-needs-a-shell", include_str!("command-needs-a-shell.md"), examine);

const OPERATORS: [&str; 9] = ["&&", "||", "|", "&", ">", ">>", "<", "2>", "2>&1"];
const BUILTINS: [&str; 7] = ["cd", "export", "source", ".", "eval", "set", "ulimit"];
const SHELLS: [&str; 6] = ["sh", "bash", "dash", "ash", "zsh", "ksh"];

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        for command in of_service(service) {
            let words = words(command.text);
            if let Some(reason) = reason(&words) {
                found.push(
                    RULE.found(format!("a command of `{}` is written for a shell", service.name))
                        .at(command.span, reason)
                        .note("commands are run as they are, without a shell")
                        .help("put it into a script and run that, or write `sh -c '…'`"),
                );
            }
        }
    }
}

/// What only a shell would understand.
fn reason(words: &[Word]) -> Option<String> {
    let first = words.first()?;
    let program = first.text.rsplit('/').next().unwrap_or_default();
    if SHELLS.contains(&program) {
        return None;
    }
    if BUILTINS.contains(&first.text.as_str()) {
        return Some(format!("`{}` is a word of the shell, no program", first.text));
    }
    if !first.quoted && is_assignment(&first.text) {
        return Some(format!("`{}` would be taken for the program; variables belong under `env:`", first.text));
    }
    let operator = words.iter().find(|word| !word.quoted && OPERATORS.contains(&word.text.as_str()))?;
    Some(format!("`{}` would be handed to `{program}` as a word", operator.text))
}

fn is_assignment(word: &str) -> bool {
    let name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && !name.is_empty();
    word.split_once('=').is_some_and(|(left, _)| name(left))
}
