//! Which words can be versions: they become parts of paths, labels of metrics and tags of images.

/// The longest version, which is the longest tag of an image.
const LONGEST: usize = 128;

/// The word, when it can be a version.
pub(crate) fn version(word: &str) -> Result<String, String> {
    let inner = |letter: char| letter.is_ascii_alphanumeric() || "._-+".contains(letter);
    let fits = word.starts_with(|first: char| first.is_ascii_alphanumeric())
        && word.chars().all(inner)
        && word.len() <= LONGEST;
    if fits {
        return Ok(word.to_owned());
    }
    Err(format!(
        "a version begins with a letter or a digit, goes on with those, `.`, `_`, `-` or `+`, and is at most {LONGEST} long"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_tags_and_no_paths() {
        for good in ["v1", "2026.11.21-3", "1.2.3+build.7", "0a1b2c3"] {
            assert_eq!(version(good).as_deref(), Ok(good));
        }
        for bad in ["", ".", "../v1", "a/b", "a b", "-v", "v1\n", "größe", &"v".repeat(129)] {
            assert!(version(bad).is_err(), "{bad}");
        }
    }
}
