//! What lasts across processes: the last table and the key of the cookies, in one file.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::GatewayError;
use crate::split::cookie::CookieKey;
use crate::table::Table;

/// The state file.
#[derive(Debug, Clone)]
pub(crate) struct StateFile(pub(crate) PathBuf);

/// Its content.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// Signs cookies.
    pub(crate) key: CookieKey,
    /// The last one that was in force.
    pub(crate) table: Option<Table>,
}

impl StateFile {
    /// Reads the state, or begins one.
    pub(crate) fn load(&self) -> Result<State, GatewayError> {
        let unusable = |reason: String| GatewayError::State { path: self.0.clone(), reason };
        match std::fs::read(&self.0) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|e| unusable(e.to_string())),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let state = State { key: CookieKey::random()?, table: None };
                self.save(&state).map_err(|e| unusable(e.to_string()))?;
                Ok(state)
            }
            Err(e) => Err(unusable(e.to_string())),
        }
    }

    /// Replaces the state as a whole: after a crash there is the old one or the new one.
    pub(crate) fn save(&self, state: &State) -> io::Result<()> {
        let draft = self.draft();
        let saved = write_synced(&draft, &serde_json::to_vec(state)?).and_then(|()| std::fs::rename(&draft, &self.0));
        if let Err(failed) = saved {
            // The old state stays; a half-written draft is of no use to anyone.
            drop(std::fs::remove_file(&draft));
            return Err(failed);
        }
        let folder = self.0.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }

    fn draft(&self) -> PathBuf {
        let mut name = self.0.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.new", std::process::id()));
        self.0.with_file_name(name)
    }
}

/// Only its owner may read it: it holds a key.
fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_that_cannot_be_saved_leaves_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = StateFile(folder.path().join("state.json"));
        let first = file.load().unwrap();
        // A folder in the draft's place: opening it for writing fails like a full disk does.
        std::fs::create_dir(file.draft()).unwrap();
        assert!(file.save(&State { table: Some(Table::default()), ..first.clone() }).is_err());
        let again = file.load().unwrap();
        assert_eq!(again.table, None);
        assert_eq!(again.key.sign("a", 1), first.key.sign("a", 1));
    }

    #[test]
    fn a_broken_state_is_named_with_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = StateFile(folder.path().join("state.json"));
        std::fs::write(&file.0, "{").unwrap();
        let message = file.load().unwrap_err().to_string();
        assert!(message.contains("state.json") && message.contains("remove it"), "{message}");
    }
}
