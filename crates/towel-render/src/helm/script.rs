//! What differs between texts of several lines.

/// What all texts begin and end with, up to whole words. None when they differ in more than one place, or in a mark.
pub(super) fn around<'t>(texts: &[&'t str]) -> Option<(&'t str, &'t str)> {
    let first = texts.first()?;
    let shortest = texts.iter().map(|text| text.len()).min()?;
    let same = |at: &dyn Fn(&[u8]) -> Option<u8>| texts.iter().all(|text| at(text.as_bytes()) == at(first.as_bytes()));
    let head = (0..shortest).take_while(|place| same(&|text| text.get(*place).copied())).count();
    let tail = (1..=shortest - head).take_while(|place| same(&|text| text.get(text.len() - place).copied())).count();
    let is_edge = |character: char| matches!(character, ' ' | '\n' | '"' | '\'' | '/' | '=');
    let before = first.get(..head)?;
    let before = before.get(..before.rfind(is_edge)? + 1)?;
    let after = first.get(first.len() - tail..)?;
    let after = after.get(after.find(is_edge)?..)?;
    let own = |text: &&str| text.get(before.len()..text.len() - after.len()).map(str::to_owned);
    let is_word = |own: String| !own.contains(['\n', '\u{fdd0}', '\u{fdd1}']);
    texts.iter().all(|text| own(text).is_some_and(is_word)).then_some((before, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_in_one_place_share_the_rest_up_to_whole_words() {
        assert_eq!(around(&["a\nhost=db-0,db-1 x\n", "a\nhost=db-0 x\n"]), Some(("a\nhost=", " x\n")));
        assert_eq!(around(&["a 1\nb\nc 1\n", "a 2\nb\nc 2\n"]), None, "more than a line apart");
        assert_eq!(around(&["é\n 1\n", "è\n 1\n"]), None, "not within a character");
    }
}
