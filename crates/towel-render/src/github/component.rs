//! Components: what is built and tested together, because it comes from one folder.

use towel_check::CheckedStack;
use towel_model::{Client, DatastoreKind, Reference, Service};

use crate::Product;
use crate::docker::{Build, Kind, builds, folder, within};
use crate::names::image_repository;

/// A folder of sources: a client's, or that of one or more services.
pub(super) struct Component<'a> {
    pub(super) name: &'a str,
    pub(super) kind: Kind,
    /// Relative to `towel.yaml`, which stands at the root of the repository; empty for the root itself.
    pub(super) folder: String,
    pub(super) services: Vec<Build<'a>>,
    pub(super) client: Option<&'a Client>,
    /// The environment whose values tests get.
    pub(super) stack: &'a CheckedStack,
}

/// An image that a component is built into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Image {
    pub(super) service: String,
    /// Without a tag; none when it is only built, to see that it can be.
    pub(super) repository: Option<String>,
    pub(super) dockerfile: String,
}

/// Files that other workflows have.
const TAKEN: [&str; 4] = ["deploy", "platform", "release", "security"];

/// Services in the order of the file, then clients.
pub(super) fn components(product: &Product) -> Vec<Component<'_>> {
    let stack = product.development().unwrap_or_else(|| product.first());
    let mut components: Vec<Component<'_>> = Vec::new();
    for build in builds(product) {
        let same = |other: &&mut Component<'_>| other.folder == build.folder && other.kind == build.kind;
        match components.iter_mut().find(same) {
            Some(component) => component.services.push(build),
            None => components.push(Component {
                name: &build.service.name,
                kind: build.kind,
                folder: build.folder.clone(),
                services: vec![build],
                client: None,
                stack,
            }),
        }
    }
    for client in &product.first().clients {
        let (Some(kind), Some(folder)) = (Kind::named(&client.stack), folder(&client.source)) else { continue };
        let services = Vec::new();
        components.push(Component { name: &client.name, kind, folder, services, client: Some(client), stack });
    }
    components
}

impl Component<'_> {
    /// The name of its workflow and of its file.
    pub(super) fn workflow(&self) -> String {
        if TAKEN.contains(&self.name) { format!("{}-component", self.name) } else { self.name.to_owned() }
    }

    pub(super) fn file(&self) -> String {
        format!(".github/workflows/{}.yaml", self.workflow())
    }

    /// The name of the job that says whether everything went well; branch rules wait for it.
    pub(super) fn verdict(&self) -> String {
        format!("{} passed", self.workflow())
    }

    /// A path in its folder.
    pub(super) fn path(&self, file: &str) -> String {
        within(&self.folder, file)
    }

    /// Where steps find its folder.
    pub(super) fn place(&self) -> &str {
        if self.folder.is_empty() { "." } else { &self.folder }
    }

    /// The images that it is built into, each once.
    pub(super) fn images(&self) -> Vec<Image> {
        let mut images: Vec<Image> = Vec::new();
        for build in &self.services {
            let image = Image {
                service: build.service.name.to_string(),
                repository: pushed(build.service),
                dockerfile: build.dockerfile(),
            };
            let known = |other: &Image| image.repository.is_some() && other.repository == image.repository;
            if !images.iter().any(known) {
                images.push(image);
            }
        }
        images
    }

    /// Whether a datastore of that kind is needed.
    pub(super) fn needs(&self, kinds: &[DatastoreKind]) -> bool {
        let needs = self.services.iter().flat_map(|build| &build.service.needs);
        needs.filter_map(|need| self.stack.datastore(need)).any(|datastore| kinds.contains(&datastore.kind))
    }
}

/// Where a service's image is pushed: only what the version tells apart, and only where the name is the same everywhere.
pub(super) fn pushed(service: &Service) -> Option<String> {
    let image = service.image.as_ref()?;
    let shipped = image.references().any(|(reference, _)| *reference == Reference::Version);
    let repository = image_repository(&image.text);
    (shipped && !repository.contains("${")).then(|| repository.to_owned())
}
