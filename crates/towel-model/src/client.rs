//! A part of the product that runs on its users' devices.

use serde::{Deserialize, Serialize};
use towel_source::{Span, Spanned};

use crate::declared::TeamName;
use crate::equality::equal_wherever_written;
use crate::key::{choices, keys};
use crate::word::{Name, Text};

/// A part of the product that runs on its users' devices: it is built and tested, and nothing of it is run here.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Client {
    /// Its name.
    pub name: Spanned<String>,
    /// What it is built with: `flutter`, or any stack of a service.
    pub stack: Spanned<String>,
    /// Folder of its source, relative to `towel.yaml`.
    pub source: Spanned<String>,
    /// The team that owns it, when another than the product's.
    pub owner: Option<Spanned<String>>,
    /// One line about it.
    pub description: Option<Spanned<String>>,
    /// Services that it calls.
    pub needs: Vec<Spanned<String>>,
    /// The whole entry.
    #[serde(skip)]
    pub span: Span,
}

equal_wherever_written!(Client { name, stack, source, owner, description, needs });

keys! {
    /// A part of the product that runs on its users' devices, such as a phone. It is built and tested; nothing of it
    /// is run or shipped here.
    ClientKeys = "client" {
        /// What it is built with.
        stack (required): Spanned<ClientStack>;
        /// Folder of its source, relative to `towel.yaml`.
        source (required): Spanned<Text>;
        /// The team that owns it, when another than the product's.
        owner: Spanned<TeamName>;
        /// One line about it.
        description: Spanned<Text>;
        /// Services that it calls.
        needs: Vec<Spanned<Name>>;
    }
}

/// What a client is built with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientStack(&'static str);

choices! {
    ClientStack {
        "flutter" => Self("flutter"), "Flutter, for phones and desktops.";
        "nestjs" => Self("nestjs"), "NestJS on Node.";
        "node" => Self("node"), "Node.";
        "nextjs" => Self("nextjs"), "Next.js.";
        "static" => Self("static"), "Files, served as they are.";
        "php" => Self("php"), "PHP.";
        "python" => Self("python"), "Python.";
        "go" => Self("go"), "Go.";
        "rust" => Self("rust"), "Rust.";
    }
}

impl ClientKeys {
    pub(crate) fn build(self, name: Spanned<Name>) -> Option<Client> {
        Some(Client {
            name: name.map(|name| name.0),
            stack: self.stack?.map(|stack| stack.0.to_owned()),
            source: self.source?.map(|source| source.0),
            owner: self.owner.map(|owner| owner.map(|owner| owner.0)),
            description: self.description.map(|text| text.map(|text| text.0)),
            needs: self.needs.unwrap_or_default().into_iter().map(|need| need.map(|need| need.0)).collect(),
            span: self.span,
        })
    }
}
