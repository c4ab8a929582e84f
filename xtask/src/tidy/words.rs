//! Words that must not stand in any file: hosts of package registries, and paths of somebody's machine.

use super::findings::Finding;
use crate::repository::Text;

/// Built from halves: this file is looked at too.
const HOSTS: [&str; 7] = [
    concat!("crates", ".io"),
    concat!("registry.npm", "js.org"),
    concat!("pypi", ".org"),
    concat!("proxy.golang", ".org"),
    concat!("rubygems", ".org"),
    concat!("deb.debian", ".org"),
    concat!("archive.ubuntu", ".com"),
];
const PATHS: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];
/// Written by cargo.
const GENERATED: &str = "Cargo.lock";

/// Files that name what differs between machines or must come from configuration.
pub(super) fn check(texts: &[Text]) -> Vec<Finding> {
    let written = texts.iter().filter(|text| !text.path.ends_with(GENERATED));
    written
        .flat_map(|text| text.text.lines().enumerate().filter_map(|(number, line)| in_line(text, number + 1, line)))
        .collect()
}

fn in_line(text: &Text, number: usize, line: &str) -> Option<Finding> {
    if let Some(host) = HOSTS.into_iter().find(|host| line.contains(host)) {
        return Some(Finding::error(
            &text.path,
            number,
            format!("names the registry `{host}`; leave that to configuration"),
        ));
    }
    let path = PATHS.into_iter().find(|path| line.match_indices(path).any(|(at, _)| absolute(&line[..at])))?;
    Some(Finding::error(
        &text.path,
        number,
        format!("names `{path}`, a path of somebody's machine; use one relative to the repository"),
    ))
}

/// Whether a path that begins after this text is absolute, and not the middle of a longer one.
fn absolute(before: &str) -> bool {
    !before.ends_with(|c: char| c.is_alphanumeric() || "._-~}*".contains(c))
}

#[cfg(test)]
mod tests {
    use super::super::findings::told;
    use super::*;

    fn check_line(path: &str, line: &str) -> Vec<String> {
        told(&check(&[Text { path: path.to_owned(), text: format!("first\n{line}\n") }]))
    }

    #[test]
    fn registry_hosts_are_refused_except_in_the_lock_file() {
        for host in HOSTS {
            assert_eq!(check_line("a.md", &format!("see https://{host}/x")).len(), 1, "{host}");
        }
        assert!(check_line("fuzz/Cargo.lock", HOSTS[0]).is_empty());
    }

    #[test]
    fn paths_of_a_machine_are_refused_with_their_line() {
        for path in PATHS {
            let found = check_line("a.sh", &format!("cd {path}main"));
            assert_eq!(found.len(), 1, "{path}");
            assert!(found[0].starts_with("error: a.sh:2: "), "{found:?}");
            assert!(check_line("a.sh", &format!("cd ./frame{path}x")).is_empty(), "{path}");
        }
    }
}
