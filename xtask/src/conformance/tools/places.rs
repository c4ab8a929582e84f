//! Patterns of paths: `*` is anything within one name, `**` any number of folders.

/// Whether a path, with `/` between names, fits a pattern.
pub(super) fn fits(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    folders_fit(&pattern, &path)
}

fn folders_fit(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), None) => folders_fit(rest, path),
        (Some((&"**", rest)), Some((_, deeper))) => folders_fit(rest, path) || folders_fit(pattern, deeper),
        (Some((first, rest)), Some((name, deeper))) => name_fits(first, name) && folders_fit(rest, deeper),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn name_fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => name.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices().map(|(at, _)| at).chain([rest.len()]).any(|at| name_fits(after, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stays_within_one_name() {
        assert!(fits("deploy/terraform/*.tf", "deploy/terraform/main.tf"));
        assert!(!fits("deploy/terraform/*.tf", "deploy/terraform/aws/main.tf"));
        assert!(fits("a/values-*.yaml", "a/values-staging.yaml") && !fits("a/values-*.yaml", "a/values.yaml"));
    }

    #[test]
    fn two_stars_are_any_number_of_folders() {
        for path in ["Dockerfile", "api/Dockerfile", "apps/api/Dockerfile"] {
            assert!(fits("**/Dockerfile", path), "{path}");
        }
        assert!(!fits("**/Dockerfile", "api/Dockerfile.worker"));
        assert!(fits("deploy/**/rules/*.yaml", "deploy/monitoring/prometheus/rules/a.yaml"));
    }
}
