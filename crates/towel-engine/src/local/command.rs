//! Splits `run:` into words like a shell would, though no shell runs it.

use std::iter::Peekable;
use std::str::Chars;

use towel_model::{Part, Reference, Template};

/// The words of `command`; the first is the program. A reference's value is never split nor interpreted,
/// whatever stands in it.
pub(crate) fn split(
    command: &Template,
    mut look_up: impl FnMut(&Reference) -> Result<String, String>,
) -> Result<Vec<String>, String> {
    let mut splitter = Splitter::default();
    for part in &command.parts {
        match part {
            Part::Text(text) => splitter.read(text)?,
            Part::Reference { to, .. } => splitter.insert(&look_up(to)?),
        }
    }
    let words = splitter.finish()?;
    if words.is_empty() { Err("the command is empty".to_owned()) } else { Ok(words) }
}

#[derive(Default)]
struct Splitter {
    words: Vec<String>,
    word: String,
    /// Whether a word has begun; `''` is a word, too.
    begun: bool,
    /// Whether all of the word was written without quotes, so that a shell would look at it.
    bare: bool,
    quote: Option<char>,
}

impl Splitter {
    fn read(&mut self, text: &str) -> Result<(), String> {
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            match (self.quote, char) {
                (Some(quote), char) if char == quote => self.quote = None,
                (Some('"'), '\\') => self.escape_in_quotes(&mut chars),
                (None, '\\') => self.escape(&mut chars)?,
                (None, '\'' | '"') => {
                    self.begin();
                    self.bare = false;
                    self.quote = Some(char);
                }
                (None, char) if char.is_whitespace() => self.end_word()?,
                (None | Some('"'), '$') => self.refuse_variable(&mut chars)?,
                (_, char) => self.push(char),
            }
        }
        Ok(())
    }

    fn insert(&mut self, value: &str) {
        self.begin();
        self.bare = false;
        self.word.push_str(value);
    }

    fn begin(&mut self) {
        if !self.begun {
            (self.begun, self.bare) = (true, true);
        }
    }

    fn push(&mut self, char: char) {
        self.begin();
        self.word.push(char);
    }

    fn escape(&mut self, chars: &mut Peekable<Chars<'_>>) -> Result<(), String> {
        match chars.next() {
            Some('\n') => Ok(()),
            Some(char) => {
                self.push(char);
                self.bare = false;
                Ok(())
            }
            None => Err("the command ends with `\\`".to_owned()),
        }
    }

    fn escape_in_quotes(&mut self, chars: &mut Peekable<Chars<'_>>) {
        match chars.next_if(|next| matches!(next, '"' | '\\' | '$' | '`' | '\n')) {
            Some('\n') => {}
            Some(char) => self.push(char),
            None => self.push('\\'),
        }
    }

    fn refuse_variable(&mut self, chars: &mut Peekable<Chars<'_>>) -> Result<(), String> {
        if !chars.peek().is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '_' | '{' | '(')) {
            self.push('$');
            return Ok(());
        }
        let name: String = chars.take_while(|char| !char.is_whitespace() && !matches!(char, '"' | '\'')).collect();
        Err(format!(
            "`run` is not given to a shell, so `${name}` is not replaced: write `sh -c '…'` around the command, \
             or `'${name}'` if you mean these very letters"
        ))
    }

    fn end_word(&mut self) -> Result<(), String> {
        if !self.begun {
            return Ok(());
        }
        let word = std::mem::take(&mut self.word);
        if self.bare && is_operator(&word) {
            return Err(format!(
                "`run` is not given to a shell, so `{word}` has no meaning: write `sh -c '…'` around the command"
            ));
        }
        self.begun = false;
        self.words.push(word);
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<String>, String> {
        if let Some(quote) = self.quote {
            return Err(format!("a quote `{quote}` is not closed"));
        }
        self.end_word()?;
        Ok(self.words)
    }
}

fn is_operator(word: &str) -> bool {
    let redirects = |word: &str| word.trim_start_matches(|char: char| char.is_ascii_digit()).starts_with(['>', '<']);
    matches!(word, "&&" | "||" | "|" | ";" | "&") || word.ends_with(';') || redirects(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(command: &str, expected: &[&str]) {
        let words = split(&Template::literal(command), |_| Err("no references here".to_owned()));
        assert_eq!(words.unwrap(), expected, "{command}");
    }

    fn refused(command: &str) -> String {
        split(&Template::literal(command), |_| Err("no references here".to_owned())).unwrap_err()
    }

    #[test]
    fn words_are_split_like_a_shell_would() {
        check("node dist/main.js", &["node", "dist/main.js"]);
        check("  a\t b\n c ", &["a", "b", "c"]);
        check(r#"sh -c 'echo "$PORT" && sleep 1'"#, &["sh", "-c", "echo \"$PORT\" && sleep 1"]);
        check(r#"a "b c"d '' e\ f "\"\n""#, &["a", "b cd", "", "e f", "\"\\n"]);
        check("a \\\n b 5$ '>'", &["a", "b", "5$", ">"]);
    }

    #[test]
    fn what_only_a_shell_can_do_is_refused_with_the_remedy() {
        let expected = "`run` is not given to a shell, so `$PORT` is not replaced: write `sh -c '…'` around the command, \
                        or `'$PORT'` if you mean these very letters";
        assert_eq!(refused("serve --port $PORT"), expected);
        for command in ["a && b", "a | b", "a 2>&1", "a; b", "a > log"] {
            assert!(refused(command).contains("write `sh -c '…'` around the command"), "{command}");
        }
    }

    #[test]
    fn an_open_quote_is_refused() {
        assert_eq!(refused("sh -c 'echo"), "a quote `'` is not closed");
        assert_eq!(refused("sh \\"), "the command ends with `\\`");
        assert_eq!(refused("  "), "the command is empty");
    }

    #[test]
    fn a_value_is_never_split_nor_interpreted() {
        let reference = Part::Reference { to: Reference::Version, span: towel_source::Span::default() };
        let parts =
            vec![Part::Text("./releases/".to_owned()), reference.clone(), Part::Text("/api ".to_owned()), reference];
        let command = Template { text: String::new(), parts };
        let words = split(&command, |_| Ok("a b'$X && ".to_owned())).unwrap();
        assert_eq!(words, ["./releases/a b'$X && /api", "a b'$X && "]);
    }
}
