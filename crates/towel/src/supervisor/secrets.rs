//! Values of secrets on this machine: given in the environment or in `.env`, or made and kept here.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use towel_model::Secret;

/// Where the values of secrets come from, first found first taken: a variable
/// `TOWEL_SECRET_<NAME>` of the supervisor, `<NAME>` in `.env` beside the product's file, a value
/// made here earlier, and for a secret with `generate:` a new one.
pub(crate) struct Secrets {
    given: BTreeMap<String, String>,
    made: PathBuf,
}

/// Why a secret has no value, in words.
#[derive(Debug)]
pub(crate) enum NoValue {
    /// Nobody gave one.
    Missing(String),
    /// There may be one, and it cannot be read or kept.
    Unreadable(String),
}

impl Secrets {
    /// Reads what is given now. `folder` holds the product's file, `state` the environment's state.
    pub(crate) fn read(
        folder: &Path,
        state: &Path,
        variables: impl Iterator<Item = (String, String)>,
    ) -> anyhow::Result<Self> {
        let file = folder.join(".env");
        let mut given = match std::fs::read_to_string(&file) {
            // `NAME=` is how a form that nobody has filled in yet says that there is no value.
            Ok(text) => assignments(&text).into_iter().filter(|(_, value)| !value.is_empty()).collect(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error).with_context(|| format!("read `{}`", file.display())),
        };
        for (name, value) in variables {
            if let Some(secret) = name.strip_prefix("TOWEL_SECRET_") {
                given.insert(secret.to_owned(), value);
            }
        }
        Ok(Self { given, made: state.join("secrets") })
    }

    /// The value of `name`, or why there is none and what to do.
    pub(crate) fn value(&self, name: &str, declared: &[Secret]) -> Result<String, NoValue> {
        let variable = variable_name(name);
        if let Some(value) = self.given.get(&variable) {
            return Ok(value.clone());
        }
        let file = self.made.join(name);
        match std::fs::read_to_string(&file) {
            Ok(value) => return Ok(value),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(NoValue::Unreadable(format!("cannot read `{}`: {error}", file.display()))),
        }
        let length = declared.iter().find(|secret| *secret.name == name).and_then(|secret| secret.generate.as_ref());
        match length {
            Some(length) => {
                let made = self.make(&file, **length);
                made.map_err(|error| NoValue::Unreadable(format!("cannot make secret `{name}`: {error:#}")))
            }
            None => Err(NoValue::Missing(format!(
                "secret `{name}` has no value on this machine; write `{variable}=…` into `.env` beside the file, \
                 or start towel with `TOWEL_SECRET_{variable}` set"
            ))),
        }
    }

    fn make(&self, file: &Path, length: u32) -> anyhow::Result<String> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.made)?;
        let value = random_text(length as usize)?;
        // Two services that start at once must get the same, whole value: the first file to be
        // linked into place wins.
        let mut out = tempfile::NamedTempFile::new_in(&self.made)?;
        out.write_all(value.as_bytes())?;
        out.as_file().sync_all()?;
        match out.persist_noclobber(file) {
            Ok(_) => Ok(value),
            Err(taken) if taken.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(std::fs::read_to_string(file)?),
            Err(refused) => Err(refused.error.into()),
        }
    }
}

/// The variable that carries a secret: `sentry_dsn` → `SENTRY_DSN`.
fn variable_name(secret: &str) -> String {
    secret.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

/// `NAME=value` lines; comments, `export` and quotes around a value are understood.
fn assignments(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let line = line.strip_prefix("export ").unwrap_or(line);
        if let Some((name, value)) = line.split_once('=') {
            found.insert(name.trim().to_owned(), unquoted(value.trim()).to_owned());
        }
    }
    found
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inner;
        }
    }
    // An unquoted value ends at a comment.
    value.split_once(" #").map_or(value, |(value, _)| value.trim_end())
}

fn random_text(length: usize) -> anyhow::Result<String> {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut source = std::fs::File::open("/dev/urandom").context("open `/dev/urandom`")?;
    let mut text = String::with_capacity(length);
    let mut bytes = [0u8; 64];
    while text.len() < length {
        source.read_exact(&mut bytes).context("read `/dev/urandom`")?;
        // 248 = 4 · 62: larger bytes would favour the first letters.
        let letters = bytes.iter().filter(|byte| **byte < 248).map(|byte| LETTERS[usize::from(byte % 62)] as char);
        text.extend(letters.take(length - text.len()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(name: &str, generate: Option<u32>) -> Secret {
        Secret {
            name: name.to_owned().into(),
            rotate: None,
            generate: generate.map(Into::into),
            required_in: Vec::new(),
            description: None,
        }
    }

    #[test]
    fn a_given_value_wins_over_a_made_one_and_the_environment_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".env"), "# keys\nexport JWT='from file'\nSENTRY_DSN=https://x # note\n")
            .unwrap();
        let none = std::iter::empty();
        let secrets = Secrets::read(folder.path(), folder.path(), none).unwrap();
        assert_eq!(secrets.value("jwt", &[declared("jwt", Some(8))]).unwrap(), "from file");
        assert_eq!(secrets.value("sentry_dsn", &[]).unwrap(), "https://x");
        let variables = [("TOWEL_SECRET_JWT".to_owned(), "from env".to_owned())].into_iter();
        let secrets = Secrets::read(folder.path(), folder.path(), variables).unwrap();
        assert_eq!(secrets.value("jwt", &[]).unwrap(), "from env");
    }

    #[test]
    fn a_made_secret_stays_the_same_and_is_as_long_as_asked() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::read(folder.path(), folder.path(), std::iter::empty()).unwrap();
        let first = secrets.value("jwt", &[declared("jwt", Some(64))]).unwrap();
        assert_eq!(first.len(), 64);
        assert_eq!(secrets.value("jwt", &[declared("jwt", Some(64))]).unwrap(), first);
    }

    #[test]
    fn a_secret_without_a_value_says_where_to_put_it() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::read(folder.path(), folder.path(), std::iter::empty()).unwrap();
        let NoValue::Missing(reason) = secrets.value("stripe-key", &[declared("stripe-key", None)]).unwrap_err() else {
            panic!("nothing keeps it from being read");
        };
        assert!(reason.contains("`STRIPE_KEY=…` into `.env`"), "{reason}");
    }
}
