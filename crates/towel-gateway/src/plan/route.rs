//! From host and path to a backend.

use std::collections::HashMap;
use std::sync::Arc;

use super::backend::Backend;

/// A listener's routes, most specific first.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    hosts: HashMap<String, Vec<Prefix>>,
    any: Vec<Prefix>,
}

#[derive(Debug)]
struct Prefix {
    path: String,
    backend: Arc<Backend>,
}

impl Routes {
    pub(crate) fn add(&mut self, host: Option<&str>, path: &str, backend: Arc<Backend>) {
        let list = match host {
            Some(host) => self.hosts.entry(host.to_owned()).or_default(),
            None => &mut self.any,
        };
        // Without its last slash a prefix ends on a segment border; the root becomes empty.
        let path = path.trim_end_matches('/').to_owned();
        let place = list.partition_point(|p| p.path.len() > path.len());
        list.insert(place, Prefix { path, backend });
    }

    /// The backend for a host (without port, lower case) and a path (without query).
    pub(crate) fn find(&self, host: &str, path: &str) -> Option<&Arc<Backend>> {
        let exact = if self.hosts.is_empty() { None } else { self.hosts.get(host) };
        exact.and_then(|list| longest(list, path)).or_else(|| longest(&self.any, path))
    }
}

fn longest<'a>(list: &'a [Prefix], path: &str) -> Option<&'a Arc<Backend>> {
    list.iter().find(|p| covers(&p.path, path)).map(|p| &p.backend)
}

fn covers(prefix: &str, path: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| prefix.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_prefix_ends_on_a_segment_border() {
        assert!(covers("", "/anything") && covers("", "*"));
        assert!(covers("/api", "/api") && covers("/api", "/api/") && covers("/api", "/api/v1"));
        assert!(!covers("/api", "/apix") && !covers("/api", "/") && !covers("/api", "/v1/api"));
    }
}
