//! Where the source lives, from `.git/config`.

/// The address of `origin` without scheme, user and `.git`, with its line.
pub(super) fn repository(config: &str) -> Option<(String, usize)> {
    let mut section = "";
    let mut found: Option<(String, usize)> = None;
    for (number, line) in config.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            section = line;
        } else if let Some(url) = line.strip_prefix("url").and_then(|rest| rest.trim_start().strip_prefix('=')) {
            let origin = section == "[remote \"origin\"]";
            if origin || (found.is_none() && section.starts_with("[remote")) {
                found = plain(url.trim()).map(|plain| (plain, number + 1)).or(found);
            }
        }
    }
    found
}

fn plain(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    // A token before the host must not end up in the file.
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let rest = if url.contains("://") { rest.to_owned() } else { rest.replacen(':', "/", 1) };
    let rest = rest.trim_end_matches('/').trim_end_matches(".git").to_owned();
    let (host, path) = rest.split_once('/')?;
    (host.contains('.') && !path.is_empty() && !url.starts_with(['/', '.'])).then(|| rest.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_its_scheme_and_its_token() {
        assert_eq!(plain("git@github.com:acme/shop.git").as_deref(), Some("github.com/acme/shop"));
        assert_eq!(plain("https://user:token@gitlab.example/a/b.git").as_deref(), Some("gitlab.example/a/b"));
        assert_eq!(plain("ssh://git@host.example/a/b").as_deref(), Some("host.example/a/b"));
        assert_eq!(plain("../mirror"), None);
        assert_eq!(plain("/srv/git/shop.git"), None);
    }
}
