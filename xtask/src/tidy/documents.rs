//! What the documents name is there: paths, commands of towel, chores of this repository.

use std::collections::BTreeSet;

use super::code::{blank, braces};
use super::findings::Finding;
use crate::chores::CHORES;
use crate::repository::Text;

/// Where the command line is declared.
const COMMANDS: &str = "crates/towel/src/cli.rs";

/// What may be named.
struct Known<'a> {
    /// Every file, and every folder on the way to one.
    paths: BTreeSet<&'a str>,
    commands: BTreeSet<String>,
}

/// Names of things that are not there.
pub(super) fn check(texts: &[Text], paths: &[String]) -> Vec<Finding> {
    let commands = match texts.iter().find(|text| text.path == COMMANDS).map(|text| commands(&text.text)) {
        Some(commands) if !commands.is_empty() => commands,
        _none => return vec![Finding::error(COMMANDS, 0, "declares no command that this check could find")],
    };
    let mut known = Known { paths: BTreeSet::from(["."]), commands };
    for path in paths {
        known.paths.extend(path.match_indices('/').map(|(at, _)| &path[..at]).chain([path.as_str()]));
    }
    texts.iter().filter(|text| is_document(&text.path)).flat_map(|text| in_document(text, &known)).collect()
}

fn is_document(path: &str) -> bool {
    let top = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "examples/pizzeria/README.md"];
    top.contains(&path) || (path.starts_with("docs/") && path.ends_with(".md"))
}

/// The subcommands, from the variants of `enum Command`: `UpArgs` is written `up-args`.
fn commands(source: &str) -> BTreeSet<String> {
    let code = blank(source);
    let Some(start) = code.find("enum Command {") else { return BTreeSet::new() };
    let body = braces(&code, start + "enum Command ".len());
    let mut depth = 0;
    let mut commands = BTreeSet::new();
    for line in code[body.start + 1..body.end - 1].lines() {
        let name: String = line.trim().chars().take_while(|c| c.is_alphanumeric()).collect();
        if depth == 0 && name.starts_with(|c: char| c.is_uppercase()) {
            commands.insert(kebab(&name));
        }
        depth += line.matches(['{', '(', '[']).count();
        depth -= line.matches(['}', ')', ']']).count().min(depth);
    }
    commands
}

fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.extend(c.to_lowercase());
    }
    kebab
}

fn in_document(text: &Text, known: &Known<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut fence: Option<&str> = None;
    for (number, line) in text.text.lines().enumerate() {
        let mut complain = |what: String| findings.push(Finding::error(&text.path, number + 1, what));
        if let Some(kind) = line.trim_start().strip_prefix("```") {
            fence = if fence.is_some() { None } else { Some(kind.trim()) };
        } else if let Some(kind) = fence {
            let shell = matches!(kind, "console" | "sh" | "bash" | "shell");
            if let Some(wrong) = line.trim().strip_prefix("$ ").filter(|_| shell).and_then(|line| command(line, known))
            {
                complain(wrong);
            }
        } else {
            links(line).filter_map(|target| link(target, &text.path, known)).for_each(&mut complain);
            spans(line).filter_map(|span| command(span, known).or_else(|| path(span, known))).for_each(&mut complain);
        }
    }
    findings
}

/// Texts between backticks.
fn spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Targets of `[…](target)`.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

fn link(target: &str, from: &str, known: &Known<'_>) -> Option<String> {
    let target = target.split('#').next().unwrap_or_default();
    if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let joined = normal(&format!("{folder}/{target}"));
    (!known.paths.contains(joined.as_str())).then(|| format!("links to `{target}`, which is not there"))
}

fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => (),
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// A path in backticks, when it begins like one of this repository: other paths are the user's.
fn path(span: &str, known: &Known<'_>) -> Option<String> {
    let path = span.trim_end_matches('/').split(':').next().unwrap_or_default();
    let plain = path.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
    let (first, rest) = path.split_once('/')?;
    let ours = |first: &str| known.paths.contains(first) && !first.is_empty() && first != ".";
    if !plain || rest.is_empty() {
        return None;
    }
    let below_crates = format!("crates/{path}");
    let found = known.paths.contains(path) || known.paths.contains(below_crates.as_str());
    let begins = ours(first) || known.paths.contains(format!("crates/{first}").as_str());
    (begins && !found).then(|| format!("names `{path}`, which is not there"))
}

/// A command line that begins with `towel` or `cargo xtask`.
fn command(line: &str, known: &Known<'_>) -> Option<String> {
    let mut words = line.split_whitespace().peekable();
    if words.peek() == Some(&"cargo") {
        words.next();
        return (words.next() == Some("xtask")).then(|| chore(words.next())).flatten();
    }
    if words.next() != Some("towel") {
        return None;
    }
    while let Some(word) = words.next() {
        match word {
            "--file" | "--env" | "-e" => drop(words.next()),
            option if option.starts_with('-') => (),
            command if command.chars().all(|c| c.is_lowercase() || c == '-') => {
                let there = known.commands.contains(command) || command == "help";
                return (!there).then(|| format!("names `towel {command}`, which is not there"));
            }
            _placeholder => return None,
        }
    }
    None
}

fn chore(name: Option<&str>) -> Option<String> {
    let name = name.filter(|name| name.chars().all(char::is_lowercase))?;
    let there = CHORES.iter().any(|(known, _)| *known == name);
    (!there).then(|| format!("names `cargo xtask {name}`, which is not there"))
}

#[cfg(test)]
mod tests {
    use super::super::findings::told;
    use super::*;

    const SOURCE: &str = "#[derive(Subcommand)]\npub(crate) enum Command {\n    /// Check, not `Fly`\n    Check(CheckArgs),\n    \
        Up {\n        #[arg(long)]\n        Odd: bool,\n    },\n    DoIt,\n}\n";

    fn check_document(path: &str, text: &str) -> Vec<String> {
        let texts = [(COMMANDS, SOURCE), (path, text)]
            .map(|(path, text)| Text { path: path.to_owned(), text: text.to_owned() });
        let mut paths: Vec<String> = texts.iter().map(|text| text.path.clone()).collect();
        paths.push("docs/rules.md".to_owned());
        told(&check(&texts, &paths))
    }

    #[test]
    fn commands_are_read_from_their_declaration() {
        assert_eq!(commands(SOURCE).into_iter().collect::<Vec<_>>(), ["check", "do-it", "up"]);
        assert_eq!(told(&check(&[], &[])).len(), 1, "without a declaration nothing could be found wrong");
    }

    #[test]
    fn commands_that_are_not_there_are_found() {
        let good = "`towel check`, `towel --file a.yaml up --detach`, `towel [--json] COMMAND`, `cargo xtask tidy`, `cargo test`\n";
        assert!(check_document("README.md", good).is_empty(), "{:?}", check_document("README.md", good));
        let bad = "a `towel fly` b\n\n```console\n$ towel --env x land\n$ cargo xtask bake\n```\n`cargo xtask cook`\n";
        assert_eq!(
            check_document("docs/a.md", bad),
            [
                "error: docs/a.md:1: names `towel fly`, which is not there",
                "error: docs/a.md:4: names `towel land`, which is not there",
                "error: docs/a.md:5: names `cargo xtask bake`, which is not there",
                "error: docs/a.md:7: names `cargo xtask cook`, which is not there",
            ]
        );
    }

    #[test]
    fn paths_that_are_not_there_are_found() {
        let good = "[a](docs/rules.md#x) `docs/rules.md` `crates/towel/src/cli.rs:14` `towel/src/cli.rs` `releases/v1/api` `docs/*.md` [b](#c)\n";
        assert!(check_document("README.md", good).is_empty(), "{:?}", check_document("README.md", good));
        assert_eq!(
            check_document(
                "docs/a.md",
                "[a](rules.md) [b](../README.md)\n`docs/none.md` `crates/none` `towel/none.rs`\n"
            ),
            [
                "error: docs/a.md:1: links to `../README.md`, which is not there",
                "error: docs/a.md:2: names `docs/none.md`, which is not there",
                "error: docs/a.md:2: names `crates/none`, which is not there",
                "error: docs/a.md:2: names `towel/none.rs`, which is not there",
            ]
        );
    }
}
