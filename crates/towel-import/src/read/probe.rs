//! From a command that asks for health to the question that it asks.

use super::shell_line;
use crate::draft::{Question, escape};

/// What a health command asks. `port` is where the service listens, if that is known.
pub(crate) fn question(command: &str, port: Option<u16>) -> Question {
    let command = without_exit(command);
    if let Some((asked, path)) = own_url(command)
        && asked.is_none_or(|asked| port.is_none_or(|port| port == asked))
    {
        return Question::Get(path);
    }
    let knocks = ["nc -z ", "/dev/tcp/", "wait-for-it"].iter().any(|word| command.contains(word));
    if knocks && port.is_some() {
        return Question::Tcp;
    }
    Question::Run(escape(&shell_line(command)))
}

/// `… || exit 1` says only what every command says with its status.
fn without_exit(command: &str) -> &str {
    let command = command.trim();
    command
        .rsplit_once("||")
        .filter(|(_, last)| last.trim().starts_with("exit"))
        .map_or(command, |(asks, _)| asks.trim())
}

/// The first URL in it that leads to this machine: its port, if it names one, and its path.
pub(crate) fn own_url(text: &str) -> Option<(Option<u16>, String)> {
    let hosts = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"];
    text.match_indices("://").find_map(|(at, _)| {
        let rest = &text[at + 3..];
        let host = hosts.iter().find(|host| rest.starts_with(**host))?;
        let rest = &rest[host.len()..];
        let end = rest.find(|letter: char| letter.is_whitespace() || "\"'`);,|&<>\\".contains(letter));
        let rest = &rest[..end.unwrap_or(rest.len())];
        let slash = rest.find('/').unwrap_or(rest.len());
        let (port, path) = rest.split_at(slash);
        let path = path.split('#').next().unwrap_or_default();
        let named = port.strip_prefix(':');
        let port = named.and_then(|port| port.parse().ok());
        Some((port, if path.is_empty() { "/".to_owned() } else { path.to_owned() }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(command: &str, expected: &Question) {
        assert_eq!(&question(command, Some(3000)), expected, "{command}");
    }

    #[test]
    fn a_request_to_itself_becomes_a_path() {
        let get = |path: &str| Question::Get(path.to_owned());
        check("curl -fsS http://localhost:3000/health?full=1 || exit 1", &get("/health?full=1"));
        check("wget -qO- http://127.0.0.1:3000", &get("/"));
        check("node -e \"fetch('http://localhost:3000/up').then(r => process.exit(r.ok ? 0 : 1))\"", &get("/up"));
        check("curl -f http://localhost/healthz", &get("/healthz"));
        check("curl -f http://localhost:${PORT}/healthz", &get("/healthz"));
    }

    #[test]
    fn other_commands_stay_commands() {
        let run = |command: &str| Question::Run(command.to_owned());
        check("pg_isready -U app", &run("pg_isready -U app"));
        check("curl -f http://localhost:9000/health", &run("curl -f http://localhost:9000/health"));
        check("test -f /tmp/a && test -f /tmp/b", &run("sh -c 'test -f /tmp/a && test -f /tmp/b'"));
        check("nc -z localhost 3000", &Question::Tcp);
    }
}
