//! `towel.lock`: which files were rendered, from what, and with which digest.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Entry, File, Target};

/// What `towel.lock` holds. It belongs into version control, beside the rendered files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Says to whoever opens it what it is.
    about: String,
    /// By the target's name.
    targets: BTreeMap<String, Rendered>,
    /// By digest: each `towel.yaml` that some target was last rendered from, so that it can be rendered again when a
    /// changed file has to be merged.
    sources: BTreeMap<String, String>,
    /// By path.
    files: BTreeMap<String, Owned>,
    /// The history of `towel.yaml`, newest first.
    #[serde(default)]
    changes: Vec<Entry>,
}

/// What a target was rendered from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rendered {
    source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    environment: Option<String>,
}

/// A rendered file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Owned {
    pub(super) target: String,
    pub(super) sha256: String,
}

/// Why a lock cannot be read.
#[derive(Debug)]
pub enum LockError {
    /// It is not what this towel writes.
    Malformed(serde_json::Error),
    /// A kept `towel.yaml` is damaged.
    Damaged(String),
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "`towel.lock` is not what towel writes: {error}"),
            Self::Damaged(digest) => write!(f, "`towel.lock` is damaged: its source `{digest}` cannot be unpacked"),
        }
    }
}

impl std::error::Error for LockError {}

const ABOUT: &str =
    "Written by `towel render`. Keep it in version control: with it, edits of rendered files are merged.";

impl Lock {
    /// Reads what [`Lock::to_text`] wrote.
    pub fn read(text: &str) -> Result<Self, LockError> {
        serde_json::from_str(text).map_err(LockError::Malformed)
    }

    /// The whole file.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a lock holds nothing but text");
        text.push('\n');
        text
    }

    /// The targets that were rendered so far.
    pub fn targets(&self) -> Vec<Target> {
        Target::ALL.iter().copied().filter(|target| self.targets.contains_key(target.name())).collect()
    }

    /// The history of `towel.yaml`, newest first.
    pub fn changes(&self) -> &[Entry] {
        &self.changes
    }

    /// The `towel.yaml` that `target` was last rendered from, and the one environment when it was only that.
    pub fn source(&self, target: Target) -> Result<Option<(String, Option<&str>)>, LockError> {
        let Some(rendered) = self.targets.get(target.name()) else { return Ok(None) };
        let packed = self.sources.get(&rendered.source).map_or("", String::as_str);
        let text = unpack(packed).ok_or_else(|| LockError::Damaged(rendered.source.clone()))?;
        if digest(&text) != rendered.source {
            return Err(LockError::Damaged(rendered.source.clone()));
        }
        Ok(Some((text, rendered.environment.as_deref())))
    }

    /// Every file that was rendered.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The digest of what was rendered at `path`.
    pub(super) fn digest_at(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(|file| file.sha256.as_str())
    }

    /// Paths that one of `targets` rendered.
    pub(super) fn paths_of<'a>(&'a self, targets: &'a [Target]) -> impl Iterator<Item = &'a str> {
        let of = |file: &Owned| targets.iter().any(|target| target.name() == file.target);
        self.files.iter().filter(move |(_, file)| of(file)).map(|(path, _)| path.as_str())
    }

    /// The lock after `targets` were rendered from `source`; `left` are files that are no longer rendered and still
    /// there.
    pub(super) fn after(&self, targets: &[Target], files: &[&File], left: &[&str], from: &Origin<'_>) -> Self {
        let mut next = Self { about: ABOUT.to_owned(), changes: from.changes.to_vec(), ..self.clone() };
        let name = digest(from.source);
        next.sources.insert(name.clone(), pack(from.source));
        for target in targets {
            let rendered = Rendered { source: name.clone(), environment: from.environment.map(str::to_owned) };
            next.targets.insert(target.name().to_owned(), rendered);
        }
        let stays = |path: &str, file: &Owned| {
            left.contains(&path) || !targets.iter().any(|target| target.name() == file.target)
        };
        next.files.retain(|path, file| stays(path, file));
        for file in files {
            let owned = Owned { target: file.target.name().to_owned(), sha256: digest(&file.contents) };
            next.files.insert(file.path.clone(), owned);
        }
        let used: Vec<&String> = next.targets.values().map(|rendered| &rendered.source).collect();
        next.sources.retain(|name, _| used.contains(&name));
        next
    }
}

/// What files were rendered from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The text of `towel.yaml`.
    pub source: &'a str,
    /// The one environment that was asked for.
    pub environment: Option<&'a str>,
    /// The history of `towel.yaml`, newest first.
    pub changes: &'a [Entry],
}

/// SHA-256 as hexadecimal digits.
pub(super) fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn pack(text: &str) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes()).expect("a Vec takes everything");
    STANDARD.encode(encoder.finish().expect("a Vec takes everything"))
}

fn unpack(packed: &str) -> Option<String> {
    // No `towel.yaml` is longer, so a lock cannot fill the memory.
    let limit = towel_source::MAX_TEXT_BYTES as u64;
    let mut text = String::new();
    DeflateDecoder::new(STANDARD.decode(packed).ok()?.as_slice()).take(limit).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_comes_back_as_it_was_and_a_damaged_one_is_noticed() {
        let text = "towel: 1\nname: shop # ümlaut\n".repeat(50);
        let origin = Origin { source: &text, environment: Some("dev"), changes: &[] };
        let lock = Lock::default().after(&[Target::Docker], &[], &[], &origin);
        let read = Lock::read(&lock.to_text()).unwrap();
        assert_eq!(read, lock);
        assert_eq!(read.source(Target::Docker).unwrap(), Some((text, Some("dev"))));
        assert_eq!(read.source(Target::Helm).unwrap(), None);
        let packed = lock.sources.values().next().unwrap();
        let damaged = lock.to_text().replace(packed, &pack("towel: 2\n"));
        assert!(matches!(Lock::read(&damaged).unwrap().source(Target::Docker), Err(LockError::Damaged(_))));
        assert!(Lock::read("{}").is_err() && Lock::read("").is_err());
    }
}
