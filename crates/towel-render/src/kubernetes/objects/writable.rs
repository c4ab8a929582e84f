//! Folders that a service may write to, though the rest of its image is read-only.

use k8s_openapi::api::core::v1::{Container, Volume, VolumeMount};
use towel_model::Service;

use super::container::resources;
use super::scene::Scene;
use super::security;
use super::server_setup::shell;
use super::shorthand::{mount, scratch};
use super::variable::image;

/// Folders of PHP's frameworks, as the rendered Dockerfile leaves them in the image.
const OF_FRAMEWORKS: [&str; 3] = ["var", "storage", "bootstrap/cache"];

/// Where the rendered Dockerfiles put an application.
const APPLICATION: &str = "/app";

/// PHP's frameworks keep caches, sessions and logs beside their code.
pub(crate) fn writes_beside_its_code(service: &Service) -> bool {
    service.stack.as_ref().is_some_and(|stack| stack.as_str() == "php")
}

pub(super) fn volumes(service: &Service) -> Vec<Volume> {
    let more = writes_beside_its_code(service).then(|| scratch("writable"));
    std::iter::once(scratch("tmp")).chain(more).collect()
}

pub(super) fn mounts(service: &Service) -> Vec<VolumeMount> {
    let mut mounts = vec![mount("tmp", "/tmp")];
    if writes_beside_its_code(service) {
        mounts.extend(OF_FRAMEWORKS.map(|folder| VolumeMount {
            sub_path: Some(folder.to_owned()),
            ..mount("writable", &format!("{APPLICATION}/{folder}"))
        }));
    }
    mounts
}

/// Copies what the image holds in such folders to where it can be written.
pub(super) fn filled(scene: &Scene<'_>, service: &Service) -> Option<Container> {
    if !writes_beside_its_code(service) {
        return None;
    }
    let script = format!(
        "cd {APPLICATION}\n\
         for folder in {}; do\n\
         \x20 mkdir -p \"/writable/$folder\"\n\
         \x20 if [ -d \"$folder\" ]; then cp -r \"$folder/.\" \"/writable/$folder/\"; fi\n\
         done\n",
        OF_FRAMEWORKS.join(" ")
    );
    Some(Container {
        name: "fill".to_owned(),
        image: Some(image(scene.stack, service)),
        command: Some(shell(&script)),
        resources: Some(resources(scene, service)),
        security_context: Some(security::container()),
        volume_mounts: Some(vec![mount("writable", "/writable")]),
        ..Container::default()
    })
}
