//! Dependabot: newer versions of everything that is pinned, a week after they came out.

use super::component::Component;
use super::toolchain;
use crate::Product;
use crate::docker::Kind;
use crate::yaml::{Map, Yaml};

pub(super) fn configuration(product: &Product, components: &[Component<'_>]) -> Yaml {
    let updates: Vec<Map> = ecosystems(product, components).into_iter().map(update).collect();
    Map::new()
        .with("version", 2u16)
        .blank()
        .comment(
            "A version waits for seven days: most that were published in somebody else's name are found out by then. Versions\n\
             that mend a known fault do not wait.",
        )
        .with("updates", updates)
        .into()
}

/// Each ecosystem with its folders.
fn ecosystems(product: &Product, components: &[Component<'_>]) -> Vec<(&'static str, Vec<String>)> {
    let mut list: Vec<(&'static str, Vec<String>)> = vec![("github-actions", vec!["/".into()])];
    let mut add = |ecosystem: &'static str, folder: String| match list.iter_mut().find(|(other, _)| *other == ecosystem)
    {
        Some((_, folders)) if folders.contains(&folder) => {}
        Some((_, folders)) => folders.push(folder),
        None => list.push((ecosystem, vec![folder])),
    };
    for component in components {
        add(toolchain::of(component).ecosystem, format!("/{}", component.folder));
    }
    for component in components.iter().filter(|it| it.kind != Kind::Flutter && !it.services.is_empty()) {
        add("docker", format!("/{}", component.folder));
    }
    if product.development().is_some() {
        add("docker-compose", "/".into());
    }
    if product.clustered().next().is_some() {
        add("terraform", "/deploy/terraform".into());
    }
    list
}

fn update((ecosystem, folders): (&'static str, Vec<String>)) -> Map {
    let map = Map::new().with("package-ecosystem", ecosystem);
    let map = match folders.as_slice() {
        [folder] => map.with("directory", folder.clone()),
        _ => map.with("directories", folders),
    };
    let together = Map::new().with("patterns", Yaml::row(["*"])).with("update-types", Yaml::row(["minor", "patch"]));
    map.with("schedule", Map::new().with("interval", "weekly").with("day", "monday"))
        .with("cooldown", Map::new().with("default-days", 7u16))
        .with("open-pull-requests-limit", 5u16)
        .with("groups", Map::new().with("small", together))
}
