//! Prints by which a code host recognises a finding after lines above it have moved.

use std::collections::{BTreeMap, HashMap};

use crate::{Diagnostic, Sources};

/// Hands out prints; equal findings are told apart by their number.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: HashMap<u64, u32>,
}

impl Fingerprints {
    pub(super) fn of(&mut self, diagnostic: &Diagnostic, sources: &Sources) -> BTreeMap<&'static str, String> {
        let hash = hash(diagnostic, sources);
        let number = self.seen.entry(hash).or_insert(0);
        *number += 1;
        BTreeMap::from([("towelFinding/v1", format!("{hash:016x}:{number}"))])
    }
}

/// Over the code, the file's name and the words of the line: what moving and re-indenting leave alone.
/// The message is left out because its figures change while the fault stays.
fn hash(diagnostic: &Diagnostic, sources: &Sources) -> u64 {
    let mut hash = Fnv::new();
    hash.add(&diagnostic.code);
    if let Some((span, source)) = diagnostic.primary().and_then(|span| Some((span, sources.get(span.file)?))) {
        hash.add(source.name());
        for word in source.line(source.position(span.start).line).unwrap_or_default().split_whitespace() {
            hash.add(word);
        }
    }
    hash.0
}

/// FNV-1a: the standard library's hasher may change between releases, and these are stored for years.
struct Fnv(u64);

impl Fnv {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, text: &str) {
        // The separator keeps `ab`, `c` apart from `a`, `bc`.
        for byte in text.bytes().chain([0]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileId, Span};

    fn print(text: &str, start: u32) -> String {
        let mut sources = Sources::new();
        sources.add("towel.yaml", text);
        let found = Diagnostic::error("x", "y").at(Span::new(FileId(0), start, start + 1), "");
        Fingerprints::default().of(&found, &sources).remove("towelFinding/v1").unwrap()
    }

    #[test]
    fn a_line_that_moved_keeps_its_print() {
        assert_eq!(print("port: 80\n", 0), print("# new\n  port: 80\n", 8));
        assert_ne!(print("port: 80\n", 0), print("port: 81\n", 0));
    }

    #[test]
    fn two_equal_findings_have_two_prints() {
        let (mut prints, found) = (Fingerprints::default(), Diagnostic::error("x", "y"));
        assert_ne!(prints.of(&found, &Sources::new()), prints.of(&found, &Sources::new()));
    }
}
