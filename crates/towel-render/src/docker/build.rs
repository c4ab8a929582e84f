//! Which services are built from their source, and where the files that build them stand.

use towel_check::CheckedStack;
use towel_model::{Part, Service};

use super::Kind;
use crate::Product;

/// A service that is built from its source. The image is the same in every environment, so it is described by the
/// strictest one that runs it.
#[derive(Debug, Clone)]
pub(crate) struct Build<'a> {
    /// Every environment; most of an image does not look at them.
    stacks: &'a [CheckedStack],
    pub(crate) stack: &'a CheckedStack,
    pub(crate) service: &'a Service,
    pub(crate) kind: Kind,
    /// Relative to `towel.yaml`; empty when it is the same folder.
    pub(crate) folder: String,
    /// Whether another service is built from the same folder.
    pub(crate) shared: bool,
    /// Whether another one of them has nginx in its image too.
    shares_nginx: bool,
}

/// Every service that is built, in the order of the file.
pub(crate) fn builds(product: &Product) -> Vec<Build<'_>> {
    let mut builds: Vec<Build<'_>> = Vec::new();
    for stack in product.stacks() {
        for service in &stack.services {
            let Some((kind, folder)) = source(service) else { continue };
            let build =
                Build { stacks: product.stacks(), stack, service, kind, folder, shared: false, shares_nginx: false };
            match builds.iter_mut().find(|other| *other.service.name == *service.name) {
                Some(other) if *other.stack.environment.class <= *stack.environment.class => *other = build,
                Some(_) => {}
                None => builds.push(build),
            }
        }
    }
    let folders: Vec<(String, bool)> = builds.iter().map(|build| (build.folder.clone(), build.has_nginx())).collect();
    for build in &mut builds {
        let same = folders.iter().filter(|(folder, _)| *folder == build.folder);
        build.shared = same.clone().count() > 1;
        build.shares_nginx = same.filter(|(_, nginx)| *nginx).count() > 1;
    }
    builds
}

/// What a service is built with, and from where; none when it is not built, or from outside of the product's folder.
pub(crate) fn source(service: &Service) -> Option<(Kind, String)> {
    Some((Kind::named(service.stack.as_ref()?)?, folder(service.source.as_ref()?)?))
}

/// `services/api` for `./services/api/`, empty for `.`; none when it lies outside.
pub(crate) fn folder(source: &str) -> Option<String> {
    if source.starts_with('/') {
        return None;
    }
    let parts: Vec<&str> = source.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    (!parts.contains(&"..")).then(|| parts.join("/"))
}

/// A file in a folder that may be the product's own.
pub(crate) fn within(folder: &str, file: &str) -> String {
    if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") }
}

impl Build<'_> {
    /// The path of its Dockerfile.
    pub(crate) fn dockerfile(&self) -> String {
        within(&self.folder, &self.file("Dockerfile"))
    }

    pub(super) fn ignore(&self) -> String {
        let name =
            if self.shared { format!("{}.dockerignore", self.file("Dockerfile")) } else { ".dockerignore".into() };
        within(&self.folder, &name)
    }

    /// The name of nginx' configuration beside the Dockerfile.
    pub(super) fn nginx(&self) -> String {
        if self.shares_nginx { format!("nginx.{}.conf", self.service.name.as_str()) } else { "nginx.conf".into() }
    }

    /// Whether nginx is part of its image.
    pub(super) fn has_nginx(&self) -> bool {
        self.kind == Kind::Static || self.kind == Kind::Php && self.service.port.is_some()
    }

    fn file(&self, name: &str) -> String {
        if self.shared { format!("{name}.{}", self.service.name.as_str()) } else { name.to_owned() }
    }

    /// As the first line of its files names it.
    pub(super) fn origin(&self) -> String {
        format!("services.{}", self.service.name.as_str())
    }

    /// Whether a variable is this very text in every environment that runs the service.
    pub(super) fn alike(&self, variable: &str, text: &str) -> bool {
        let services = self.stacks.iter().filter_map(|stack| stack.service(&self.service.name));
        services.flat_map(|service| &service.env).filter(|other| *other.name == variable).all(|other| {
            let value = other.value.as_ref().map(|value| value.parts.as_slice());
            matches!(value, Some([Part::Text(other)]) if other == text)
        })
    }

    /// Where it listens.
    pub(super) fn port(&self) -> Option<u16> {
        match (&self.service.port, self.kind) {
            (Some(port), _) => Some(port.value),
            // nginx has to listen somewhere; this is where it does not need root.
            (None, Kind::Static) => Some(8080),
            (None, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_told_apart_by_where_they_are_not_how_they_are_written() {
        let of = |source: &str| folder(source);
        assert_eq!(of("./services//api/").as_deref(), Some("services/api"));
        assert_eq!(of(".").as_deref(), Some(""));
        assert_eq!([of("../api"), of("a/../b"), of("/srv/api")], [None, None, None]);
    }
}
