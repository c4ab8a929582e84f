//! Commands as one line that is split like a shell would, and run without one.

/// The words as a line, each quoted where it has to be.
pub(crate) fn command_line<S: AsRef<str>>(words: &[S]) -> String {
    words.iter().map(|word| quoted(word.as_ref())).collect::<Vec<_>>().join(" ")
}

/// A line meant for a shell: itself when it is one plain command, else handed to `sh`.
pub(crate) fn shell_line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let special =
        |letter: char| matches!(letter, '|' | '&' | ';' | '<' | '>' | '$' | '`' | '(' | ')' | '*' | '?' | '~');
    let assigns = text.split(' ').next().is_some_and(|word| word.contains('='));
    if text.contains(special) || assigns { command_line(&["sh", "-c", &text]) } else { text }
}

/// The command as it is run in a folder below that of `towel.yaml`. An image holds that folder's content as its own
/// folder, so that there is nothing to go to, and the same command does. The command is in towel's notation, before and after.
pub(crate) fn in_folder(folder: &str, command: &str) -> String {
    if folder.is_empty() || folder == "." {
        return command.to_owned();
    }
    let folder = crate::draft::escape(&for_cd(folder));
    let inner = command.strip_prefix("sh -c ").and_then(|rest| rest.strip_prefix('\'')?.strip_suffix('\''));
    match inner {
        Some(inner) => format!("sh -c 'cd {folder} 2>/dev/null; {inner}'"),
        None => command_line(&["sh", "-c", &format!("cd {folder} 2>/dev/null; exec {command}")]),
    }
}

/// A folder's name as a shell takes it within a text that is in single quotes itself.
fn for_cd(folder: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "_-./@+".contains(letter);
    if folder.chars().all(plain) && !folder.starts_with('-') {
        return folder.to_owned();
    }
    let mut quoted = String::from("\"./");
    for letter in folder.chars() {
        match letter {
            '"' | '\\' | '$' | '`' => quoted.extend(['\\', letter]),
            // Nobody calls a folder so; a double quote cannot end the single ones.
            '\'' => quoted.push_str("'\\''"),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./:=@%+,${}".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_blanks_are_quoted() {
        assert_eq!(command_line(&["npm", "run", "start:prod"]), "npm run start:prod");
        assert_eq!(command_line(&["sh", "-c", "echo 'a b'"]), "sh -c 'echo '\\''a b'\\'''");
    }

    #[test]
    fn a_shell_is_started_only_for_what_needs_one() {
        assert_eq!(shell_line("npm  start"), "npm start");
        assert_eq!(shell_line("migrate && serve"), "sh -c 'migrate && serve'");
        assert_eq!(shell_line("NODE_ENV=production node main.js"), "sh -c 'NODE_ENV=production node main.js'");
    }

    #[test]
    fn a_command_is_run_in_its_folder() {
        assert_eq!(in_folder("", "npm start"), "npm start");
        assert_eq!(in_folder("apps/api", "npm start"), "sh -c 'cd apps/api 2>/dev/null; exec npm start'");
        assert_eq!(
            in_folder("web", "sh -c 'exec vite --port $PORT'"),
            "sh -c 'cd web 2>/dev/null; exec vite --port $PORT'"
        );
    }
}
