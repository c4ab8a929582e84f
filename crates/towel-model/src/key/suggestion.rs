//! What a misspelt word was probably meant to be.

/// Words of other tools, and what they are called here.
const ELSEWHERE: &[(&str, &str)] = &[
    ("depends_on", "needs"),
    ("dependencies", "needs"),
    ("command", "run"),
    ("cmd", "run"),
    ("entrypoint", "run"),
    ("environment", "env"),
    ("variables", "env"),
    ("healthcheck", "health"),
    ("ports", "port"),
    ("databases", "datastores"),
    ("stores", "datastores"),
    ("ingress", "expose"),
    ("domain", "host"),
    ("scale", "replicas"),
    ("instances", "replicas"),
    ("deploy", "rollout"),
    ("timeout", "within"),
    ("interval", "every"),
    ("period", "every"),
    ("retention", "keep"),
    ("path", "get"),
    ("url", "get"),
    ("type", "kind"),
    ("retries", "failures"),
    ("limits", "resources"),
    ("name", "metric"),
    ("required", "required_in"),
    ("tz", "timezone"),
    ("postgresql", "postgres"),
    ("prod", "production"),
    ("development", "dev"),
    ("k8s", "kubernetes"),
];

/// The candidate that `found` was probably meant to be: the same word spelt otherwise, a word of
/// another tool, or the nearest by edit distance.
pub(crate) fn nearest<'a>(found: &str, candidates: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let plain = normalise(found);
    if let Some(same) = candidates.clone().find(|candidate| normalise(candidate) == plain) {
        return Some(same);
    }
    let translated = || ELSEWHERE.iter().filter(|(theirs, _)| normalise(theirs) == plain).map(|(_, ours)| *ours);
    if let Some(ours) = candidates.clone().find(|candidate| translated().any(|ours| ours == *candidate)) {
        return Some(ours);
    }
    // A third of the word may be wrong; words of one or two letters are never guessed.
    let most = (found.chars().count().min(30) + 1) / 3;
    candidates
        .map(|candidate| (strsim::damerau_levenshtein(&plain, &normalise(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= most && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Lower case, without what separates words: `rateLimit`, `rate-limit` and `rate_limit` are one.
fn normalise(word: &str) -> String {
    word.chars().take(60).filter(|letter| !matches!(letter, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const KEYS: &[&str] = &["replicas", "rate_limit", "needs", "env", "port", "run"];

    fn check(found: &str, expected: Option<&str>) {
        assert_eq!(nearest(found, KEYS.iter().copied()), expected, "{found}");
    }

    #[test]
    fn a_slip_is_recognised_and_a_foreign_word_translated() {
        check("repilcas", Some("replicas"));
        check("rateLimit", Some("rate_limit"));
        check("rate-limit", Some("rate_limit"));
        check("depends_on", Some("needs"));
        check("ports", Some("port"));
        check("Port", Some("port"));
        check("evn", Some("env"));
    }

    #[test]
    fn an_unlike_word_gets_no_suggestion() {
        check("zebra", None);
        check("x", None);
        check("", None);
        check("volumes", None);
    }
}
