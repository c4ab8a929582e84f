//! Commands as lists of words: split the way a shell would, for targets that run them without one.

use towel_model::{Part, Template};

/// The words of a command. Quotes and backslashes hold words together; a reference is never split, whatever its value.
pub(crate) fn words(command: &Template) -> Vec<Template> {
    let mut words = Words::default();
    for part in &command.parts {
        match part {
            Part::Text(text) => text.chars().for_each(|letter| words.letter(letter)),
            reference @ Part::Reference { .. } => words.open().push(reference.clone()),
        }
    }
    words.close();
    words.done.into_iter().map(template).collect()
}

#[derive(Default)]
struct Words {
    done: Vec<Vec<Part>>,
    open: Option<Vec<Part>>,
    quote: Option<char>,
    escaped: bool,
}

impl Words {
    fn open(&mut self) -> &mut Vec<Part> {
        self.open.get_or_insert_default()
    }

    fn close(&mut self) {
        self.done.extend(self.open.take());
    }

    fn letter(&mut self, letter: char) {
        match (self.quote, letter) {
            _ if std::mem::take(&mut self.escaped) => self.push(letter),
            (Some(quote), letter) if quote == letter => self.quote = None,
            (None | Some('"'), '\\') => self.escaped = true,
            (None, '\'' | '"') => {
                // Quotes make a word even when there is nothing between them.
                self.open();
                self.quote = Some(letter);
            }
            (None, letter) if letter.is_whitespace() => self.close(),
            (_, letter) => self.push(letter),
        }
    }

    fn push(&mut self, letter: char) {
        match self.open().last_mut() {
            Some(Part::Text(text)) => text.push(letter),
            _ => self.open().push(Part::Text(letter.into())),
        }
    }
}

fn template(parts: Vec<Part>) -> Template {
    let text = parts.iter().map(|part| match part {
        Part::Text(text) => text.as_str(),
        Part::Reference { .. } => "${…}",
    });
    Template { text: text.collect(), parts }
}

#[cfg(test)]
mod tests {
    use towel_model::Reference;
    use towel_source::Span;

    use super::*;

    fn filled(parts: Vec<Part>) -> Vec<String> {
        let words = words(&template(parts));
        let fill = |word: &Template| word.fill(|_| Ok::<_, ()>("a b".to_owned())).unwrap();
        words.iter().map(fill).collect()
    }

    #[test]
    fn words_are_split_like_in_a_shell() {
        let split = |text: &str| filled(vec![Part::Text(text.to_owned())]);
        assert_eq!(split("npm run  migrate"), ["npm", "run", "migrate"]);
        assert_eq!(
            split(r#"sh -c 'a && "b"' "c \"d\" e" f\ g """#),
            ["sh", "-c", "a && \"b\"", "c \"d\" e", "f g", ""]
        );
        assert!(split("  ").is_empty());
    }

    #[test]
    fn a_reference_stays_in_its_word() {
        let version = Part::Reference { to: Reference::Version, span: Span::default() };
        let text = |text: &str| Part::Text(text.to_owned());
        assert_eq!(filled(vec![text("run --v="), version, text(" now")]), ["run", "--v=a b", "now"]);
    }
}
