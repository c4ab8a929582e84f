//! What a datastore keeps for its whole life: its port and its credentials, readable only by the owner.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use towel_model::DatastoreKind;

use crate::shim::{Flush, replace_file};

/// Length of a generated password: 24 of 62 characters are 142 bits.
const PASSWORD: usize = 24;

/// Port and password of one datastore.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// What it is.
    pub(crate) kind: DatastoreKind,
    /// Where it listens.
    pub(crate) port: u16,
    /// Further ports that it needs for itself.
    pub(crate) inner_ports: Vec<u16>,
    /// Of its one user.
    pub(crate) password: String,
}

impl Facts {
    const FILE: &str = "towel.json";

    /// Reads the facts in a datastore's folder; none when there are none yet.
    pub(crate) fn read(folder: &Path) -> io::Result<Option<Self>> {
        match fs::read(folder.join(Self::FILE)) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes them so that they survive a power cut: the data would be locked without its password.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        replace_file(&folder.join(Self::FILE), &serde_json::to_vec(self)?, Flush::Yes)
    }
}

/// A password without characters that a URL, a configuration file or a shell would have to escape.
pub(crate) fn new_password() -> io::Result<String> {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut source = fs::File::open("/dev/urandom")?;
    let mut password = String::with_capacity(PASSWORD);
    while password.len() < PASSWORD {
        let mut byte = [0];
        source.read_exact(&mut byte)?;
        // The largest multiple of 62 below 256, so that no letter is likelier than another.
        if byte[0] < 248 {
            password.push(char::from(LETTERS[usize::from(byte[0]) % LETTERS.len()]));
        }
    }
    Ok(password)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn facts_are_kept_for_their_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Facts::read(folder.path()).unwrap().is_none());
        let facts = Facts {
            kind: DatastoreKind::Redis,
            port: 20_000,
            inner_ports: Vec::new(),
            password: new_password().unwrap(),
        };
        facts.write(folder.path()).unwrap();
        assert!(Facts::read(folder.path()).unwrap().unwrap() == facts);
        let mode = fs::metadata(folder.path().join("towel.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn passwords_differ_and_need_no_escape() {
        let (one, other) = (new_password().unwrap(), new_password().unwrap());
        assert_ne!(one, other);
        assert!(one.len() == PASSWORD && one.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
}
