//! What an image reference says about which build is meant.

use towel_model::{Reference, Template};

/// How firmly an image reference names one build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pin {
    /// By the version being shipped.
    Version,
    /// By a digest, or by a tag that is not known to move.
    Fixed,
    /// Not at all: no tag, or one that is moved to new builds.
    Moving {
        /// The tag; none when `latest` is only implied.
        tag: Option<String>,
    },
}

/// Tags that registries and pipelines move by custom.
const MOVING: [&str; 16] = [
    "latest",
    "main",
    "master",
    "develop",
    "development",
    "dev",
    "staging",
    "production",
    "prod",
    "edge",
    "nightly",
    "next",
    "canary",
    "stable",
    "current",
    "lts",
];

/// How firmly `image` names one build.
pub(crate) fn pin(image: &Template) -> Pin {
    if image.references().any(|(to, _)| *to == Reference::Version) {
        return Pin::Version;
    }
    let text = image.text.as_str();
    if text.contains('@') {
        return Pin::Fixed;
    }
    // A colon before the last slash belongs to the registry's port.
    let name = text.rsplit('/').next().unwrap_or(text);
    match name.split_once(':') {
        None => Pin::Moving { tag: None },
        Some((_, tag)) if MOVING.contains(&tag) => Pin::Moving { tag: Some(tag.to_owned()) },
        Some(_) => Pin::Fixed,
    }
}

/// The image without its tag.
pub(crate) fn without_tag(image: &str) -> &str {
    let name = image.rfind('/').map_or(0, |slash| slash + 1);
    image[name..].find(':').map_or(image, |colon| &image[..name + colon])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(image: &str, expected: &Pin) {
        assert_eq!(&pin(&Template::literal(image)), expected, "{image}");
    }

    #[test]
    fn a_registry_port_is_no_tag() {
        check("registry.example:5000/shop/api", &Pin::Moving { tag: None });
        check("registry.example:5000/shop/api:1.4.2", &Pin::Fixed);
    }

    #[test]
    fn a_tag_is_taken_off_and_a_port_is_not() {
        assert_eq!(without_tag("registry.example:5000/api:latest"), "registry.example:5000/api");
        assert_eq!(without_tag("api"), "api");
    }

    #[test]
    fn branches_and_latest_move_and_digests_do_not() {
        check("api:latest", &Pin::Moving { tag: Some("latest".to_owned()) });
        check("api:main", &Pin::Moving { tag: Some("main".to_owned()) });
        check("api@sha256:0123", &Pin::Fixed);
        check("api:latest@sha256:0123", &Pin::Fixed);
    }
}
