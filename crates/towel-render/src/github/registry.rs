//! The registry that images are pushed to, and how a workflow proves who it is there.

use super::component::Image;

/// A registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Registry {
    /// GitHub's own: the run's token is enough.
    Github,
    /// Amazon's: a role, by OpenID Connect, without any password.
    Aws { host: String, region: String },
    /// Any other: user and password.
    Other { host: String },
}

impl Registry {
    /// That of the first image; the images of one component are in one registry.
    pub(super) fn of(images: &[Image]) -> Self {
        let name = images.iter().find_map(|image| image.repository.as_deref()).unwrap_or_default();
        Self::hosting(name)
    }

    fn hosting(image: &str) -> Self {
        let first = image.split('/').next().unwrap_or_default();
        let is_host = image.contains('/') && (first.contains(['.', ':']) || first == "localhost");
        let host = if is_host { first } else { "docker.io" };
        if host == "ghcr.io" {
            return Self::Github;
        }
        let labels: Vec<&str> = host.split('.').collect();
        match labels.as_slice() {
            [_, "dkr", "ecr", region, "amazonaws", ..] => Self::Aws { host: host.into(), region: (*region).into() },
            _ => Self::Other { host: host.into() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_is_told_by_the_name_of_the_image() {
        let of = Registry::hosting;
        let aws = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
        assert_eq!(of("ghcr.io/example/api"), Registry::Github);
        assert_eq!(of(&format!("{aws}/api")), Registry::Aws { host: aws.into(), region: "eu-west-1".into() });
        assert_eq!(of("example/api"), Registry::Other { host: "docker.io".into() });
        assert_eq!(of("localhost:5000/api"), Registry::Other { host: "localhost:5000".into() });
    }
}
