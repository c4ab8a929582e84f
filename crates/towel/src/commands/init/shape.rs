//! What `towel init --json` prints.

use serde::Serialize;
use towel_import::{Item, Sight, Unclear};

/// What `towel init --json` prints.
#[derive(Debug, Default, Serialize)]
pub(super) struct Answer {
    /// The file.
    pub(super) file: String,
    /// Whether it was written.
    pub(super) written: bool,
    /// Its text, when it was not written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    /// Where it came from: files and their formats; empty when the repository was looked at.
    pub(super) from: Vec<Origin>,
    /// How many files were looked at.
    pub(super) files: usize,
    /// Each part, with what tells of it.
    pub(super) parts: Vec<Part>,
    /// What was not understood, or is worth a look.
    pub(super) unclear: Vec<Note>,
    /// How many values were converted.
    pub(super) converted: usize,
    /// The keys that were not, or not quite.
    pub(super) keys: Vec<Key>,
    /// Secrets that have to be given.
    pub(super) secrets: Vec<String>,
    /// What the rules say of the new file.
    pub(super) errors: usize,
    /// The same, warnings.
    pub(super) warnings: usize,
}

/// A file that was converted.
#[derive(Debug, Serialize)]
pub(super) struct Origin {
    pub(super) file: String,
    pub(super) format: &'static str,
}

/// A part of the product.
#[derive(Debug, Serialize)]
pub(super) struct Part {
    pub(super) role: &'static str,
    pub(super) name: String,
    /// Stack of a service or client, kind of a datastore; none when it is not known.
    pub(super) what: Option<String>,
    pub(super) folder: Option<String>,
    pub(super) evidence: Vec<String>,
}

/// Something worth a look.
#[derive(Debug, Serialize)]
pub(super) struct Note {
    pub(super) place: String,
    pub(super) what: String,
    pub(super) advice: String,
}

/// A key that was not converted, or not quite.
#[derive(Debug, Serialize)]
pub(super) struct Key {
    pub(super) fate: &'static str,
    pub(super) file: String,
    pub(super) line: Option<usize>,
    pub(super) key: String,
    pub(super) why: String,
}

impl From<&Sight> for Part {
    fn from(sight: &Sight) -> Self {
        Self {
            role: sight.role,
            name: sight.name.clone(),
            what: (sight.role != "library").then(|| sight.what.clone()),
            folder: (!sight.folder.is_empty()).then(|| sight.folder.clone()),
            evidence: sight.evidence.clone(),
        }
    }
}

impl From<&Unclear> for Note {
    fn from(unclear: &Unclear) -> Self {
        Self { place: unclear.place.clone(), what: unclear.what.clone(), advice: unclear.advice.clone() }
    }
}

impl From<&Item> for Key {
    fn from(item: &Item) -> Self {
        Self {
            fate: item.fate.name(),
            file: item.file.clone(),
            line: item.line,
            key: item.key.clone(),
            why: item.why.clone(),
        }
    }
}
