//! Options from the command line, and from the environment where the command line is silent.

use std::collections::BTreeMap;

/// Options that stand alone.
const SWITCHES: [&str; 2] = ["never-ready", "ignore-sigterm"];

/// What was asked for, by option name without dashes.
pub(super) struct Options {
    given: BTreeMap<String, String>,
    environment: fn(&str) -> Option<String>,
}

impl Options {
    /// Reads `--name value`, `--name=value` and `--switch`; only `allowed` names exist.
    pub(super) fn read(
        arguments: impl Iterator<Item = String>,
        allowed: &[&str],
        environment: fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let mut given = BTreeMap::new();
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let option = argument.strip_prefix("--").ok_or_else(|| format!("`{argument}` is not an option"))?;
            let (name, value) = match option.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (option, None),
            };
            if !allowed.contains(&name) {
                return Err(format!("there is no option `--{name}`; there is --{}", allowed.join(", --")));
            }
            let value = match value {
                Some(value) => value,
                None if SWITCHES.contains(&name) => "true".to_owned(),
                None => arguments.next().ok_or_else(|| format!("`--{name}` needs a value"))?,
            };
            given.insert(name.to_owned(), value);
        }
        Ok(Self { given, environment })
    }

    /// The option's value: `--error-rate`, or else the variable `PIZZERIA_ERROR_RATE`.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let variable = format!("PIZZERIA_{}", name.to_uppercase().replace('-', "_"));
        self.given.get(name).cloned().or_else(|| (self.environment)(&variable)).filter(|value| !value.is_empty())
    }

    /// The variable's value.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        (self.environment)(name).filter(|value| !value.is_empty())
    }

    /// The option's value, understood by `read`.
    pub(super) fn value<T>(&self, name: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<Option<T>, String> {
        self.text(name).map(|text| read(&text).map_err(|wrong| format!("--{name}: {wrong}"))).transpose()
    }

    /// Whether the switch is on.
    pub(super) fn switch(&self, name: &str) -> Result<bool, String> {
        let read = |text: &str| text.parse().map_err(|_neither| format!("`{text}` is neither `true` nor `false`"));
        Ok(self.value(name, read)?.unwrap_or(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Options, String> {
        let environment = |name: &str| (name == "PIZZERIA_LATENCY").then(|| "7s".to_owned());
        Options::read(arguments.iter().map(ToString::to_string), &["latency", "never-ready"], environment)
    }

    #[test]
    fn the_command_line_wins_over_the_environment() {
        assert_eq!(read(&[]).unwrap().text("latency").as_deref(), Some("7s"));
        assert_eq!(read(&["--latency", "1s"]).unwrap().text("latency").as_deref(), Some("1s"));
        assert_eq!(read(&["--latency=2s"]).unwrap().text("latency").as_deref(), Some("2s"));
    }

    #[test]
    fn switches_stand_alone_and_can_be_turned_off() {
        assert!(read(&["--never-ready"]).unwrap().switch("never-ready").unwrap());
        assert!(!read(&["--never-ready=false"]).unwrap().switch("never-ready").unwrap());
        assert!(!read(&[]).unwrap().switch("never-ready").unwrap());
    }

    #[test]
    fn a_wrong_option_is_refused_with_the_right_ones() {
        let Err(error) = read(&["--late", "1s"]) else { panic!("taken") };
        assert_eq!(error, "there is no option `--late`; there is --latency, --never-ready");
        assert!(read(&["--latency"]).is_err());
        assert!(read(&["api"]).is_err());
    }
}
