//! The environment variables of a service: the contract between it and whoever runs it.

use serde::{Deserialize, Serialize};
use towel_source::{Diagnostic, Node, Spanned, Value};

use crate::declared::EnvironmentOrClass;
use crate::key::{Kind, Read, Reader, choices, either, keys, shorten};
use crate::word::{Port, SecretName, Text, VariableName, Word};
use crate::{Part, Reference, Template};

/// An environment variable of the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// Its name.
    pub name: Spanned<String>,
    /// Its value, when the file gives one (a `secret:` is a reference in here too).
    pub value: Option<Spanned<Template>>,
    /// Type of the value.
    pub kind: VariableKind,
    /// Environments or classes in which it must have a value.
    pub required_in: Vec<Spanned<String>>,
    /// What it is for.
    pub description: Option<Spanned<String>>,
}

/// Type of an environment variable's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariableKind {
    /// Any text.
    Text,
    /// A URL with a scheme.
    Url,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A TCP port.
    Port,
}

keys! {
    /// An environment variable, with its type and where it must have a value.
    VariableKeys = "variable" {
        /// Its value.
        value: Spanned<Template>;
        /// The secret that is its value.
        secret: Spanned<SecretName>;
        /// Type of the value.
        kind as "type": Spanned<VariableKind>, default "`text`";
        /// Environments, or classes of them, in which it must have a value.
        required_in: Vec<Spanned<EnvironmentOrClass>>;
        /// What it is for.
        description: Spanned<Text>;
    }
}

choices! {
    VariableKind {
        "text" => Self::Text, "Any text.";
        "url" => Self::Url, "A URL with a scheme.";
        "integer" => Self::Integer, "A whole number.";
        "boolean" => Self::Boolean, "`true` or `false`.";
        "port" => Self::Port, "A TCP port.";
    }
}

/// A variable as it is written: its value, or everything about it.
#[derive(Debug, Clone)]
pub(crate) struct VariableForm {
    value: Option<Spanned<Template>>,
    kind: VariableKind,
    required_in: Vec<Spanned<EnvironmentOrClass>>,
    description: Option<Spanned<Text>>,
}

impl Read for VariableForm {
    fn kind() -> Kind {
        either(Template::kind(), VariableKeys::kind())
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            Value::Mapping(_) => VariableKeys::read(node, reader)?.form(reader),
            Value::Scalar(_) => {
                let value = Spanned::<Template>::read(node, reader)?;
                Some(Self { value: Some(value), kind: VariableKind::Text, required_in: Vec::new(), description: None })
            }
            _ => {
                reader.wrong_type(node, &Self::kind());
                None
            }
        }
    }
}

impl VariableKeys {
    fn form(self, reader: &mut Reader<'_>) -> Option<VariableForm> {
        let kind = self.kind.map_or(VariableKind::Text, |kind| kind.value);
        if let (Some(value), Some(secret)) = (&self.value, &self.secret) {
            reader.report(
                Diagnostic::error("conflicting-keys", "a variable has both a `value` and a `secret`")
                    .at(secret.span, "a secret is its value")
                    .also(value.span, "and this too")
                    .help("keep one of them"),
            );
            return None;
        }
        if let Some(value) = &self.value {
            check_type(value, kind, reader);
        }
        let secret = self.secret.map(|name| {
            let part = Part::Reference { to: Reference::Secret(name.value.0.clone()), span: name.span };
            Spanned::new(Template { text: format!("${{secret.{}}}", name.value.0), parts: vec![part] }, name.span)
        });
        Some(VariableForm {
            value: self.value.or(secret),
            kind,
            required_in: self.required_in.unwrap_or_default(),
            description: self.description,
        })
    }
}

impl VariableForm {
    pub(crate) fn build(self, name: Spanned<VariableName>) -> Variable {
        Variable {
            name: name.map(|name| name.0),
            value: self.value,
            kind: self.kind,
            required_in: EnvironmentOrClass::names(Some(self.required_in)),
            description: self.description.map(|text| text.map(|text| text.0)),
        }
    }
}

/// A value that stands in the file can be compared with its type now.
fn check_type(value: &Spanned<Template>, kind: VariableKind, reader: &mut Reader<'_>) {
    let [Part::Text(text)] = value.parts.as_slice() else { return };
    let (fits, article) = match kind {
        VariableKind::Text => (true, ""),
        VariableKind::Url => (
            text.split_once("://").is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty()),
            "a URL with a scheme",
        ),
        VariableKind::Integer => (text.parse::<i64>().is_ok(), "a whole number"),
        VariableKind::Boolean => (matches!(text.as_str(), "true" | "false"), "`true` or `false`"),
        VariableKind::Port => (Port::parse(text).is_ok(), "a port"),
    };
    if !fits {
        let message = format!("`{}` is not {article}, which is the variable's type", shorten(text));
        reader.report(Diagnostic::error("wrong-type", message).at(value.span, format!("expected {article}")));
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}
