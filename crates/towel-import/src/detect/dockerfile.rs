//! What a Dockerfile says of ports and health.

use super::tree::Tree;
use crate::draft::Question;
use crate::files::join;
use crate::read::question;

/// What a Dockerfile says, each with its place.
#[derive(Default)]
pub(super) struct Dockerfile {
    /// The first port of its last stage that says one.
    pub(super) port: Option<(u16, String)>,
    /// The path that its health check asks.
    pub(super) health: Option<(String, String)>,
}

/// The Dockerfile of a folder.
pub(super) fn read(tree: Tree<'_>, folder: &str) -> Dockerfile {
    let mut found = Dockerfile::default();
    let Some(text) = tree.read(folder, "Dockerfile") else { return found };
    let path = join(folder, "Dockerfile");
    let mut whole = String::new();
    let mut first = 0;
    for (number, line) in text.lines().enumerate() {
        if whole.is_empty() {
            first = number + 1;
        }
        let line = line.trim();
        if let Some(part) = line.strip_suffix('\\') {
            whole.push_str(part);
            continue;
        }
        whole.push_str(line);
        let instruction = std::mem::take(&mut whole);
        let (word, rest) = instruction.split_once(char::is_whitespace).unwrap_or((&instruction, ""));
        match word.to_uppercase().as_str() {
            "EXPOSE" => {
                let port = rest.split_whitespace().find_map(|port| port.trim_end_matches("/tcp").parse().ok());
                found.port = port.map(|port| (port, format!("{path}:{first}"))).or(found.port);
            }
            "HEALTHCHECK" => {
                let command = rest.split_once("CMD").map_or("", |(_, command)| command);
                if let Question::Get(asked) = question(command, None) {
                    found.health = Some((asked, format!("{path}:{first}")));
                }
            }
            _ => {}
        }
    }
    found
}
